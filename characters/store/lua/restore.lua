-- Moves a record out of the trash. ARGV: char_id, trashed record read, record to restore,
-- '1' to mark the character active unless another one is, roster limit.
local trashed = redis.call('HGET', KEYS[3], ARGV[1])
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  return trashed and 'changed' or 'done'
end
if not trashed then
  return 'missing'
end
if trashed ~= ARGV[2] then
  return 'changed'
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HDEL', KEYS[3], ARGV[1])
local marked = redis.call('GET', KEYS[2])
local taken = marked and redis.call('HEXISTS', KEYS[1], marked) == 1
if ARGV[4] == '1' and not taken then
  redis.call('SET', KEYS[2], ARGV[1])
end
return 'done'
