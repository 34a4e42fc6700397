local characters, active, trash = KEYS[1], KEYS[2], KEYS[3]
-- Moves a record out of the trash. ARGV: char_id, trashed record read, record to restore,
-- '1' to mark the character as active unless another one is, roster limit, id of the character of which
-- it is an earlier version ('' for none): while that is there, 'present' is returned.
local trashed = redis.call('HGET', trash, ARGV[1])
if redis.call('HEXISTS', characters, ARGV[1]) == 1 then
  return trashed and 'changed' or 'done'
end
if not trashed then
  return 'missing'
end
if trashed ~= ARGV[2] then
  return 'changed'
end
if ARGV[6] ~= '' and redis.call('HEXISTS', characters, ARGV[6]) == 1 then
  return 'present'
end
if redis.call('HLEN', characters) >= tonumber(ARGV[5]) then
  return 'full'
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
redis.call('HDEL', trash, ARGV[1])
local marked = redis.call('GET', active)
local another = marked and redis.call('HEXISTS', characters, marked) == 1
if ARGV[4] == '1' and not another then
  redis.call('SET', active, ARGV[1])
end
return 'done'
