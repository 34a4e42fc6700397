local characters, foreign = KEYS[1], KEYS[2]
-- Replaces a record, and what other programs' files said of the character, that are still those read.
-- ARGV: char_id, record read, new record, foreign data read ('' for none), new foreign data ('' to
-- leave it), bytes that a user may have of that. Returns 'no room' where the present foreign data
-- stays, as the new has no room. A repeated call finds the new ones.
local record = redis.call('HGET', characters, ARGV[1])
if not record then
  return 'missing'
end
local data = redis.call('HGET', foreign, ARGV[1]) or ''
local is_read = record == ARGV[2] or record == ARGV[3]
if not is_read or data ~= ARGV[4] and data ~= ARGV[5] then
  return 'changed'
end
local size = #ARGV[5] - #data
for _, char_id in ipairs(redis.call('HKEYS', foreign)) do
  size = size + redis.call('HSTRLEN', foreign, char_id)
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
if ARGV[5] == '' or ARGV[5] == data then
  return 'done'
end
if size > tonumber(ARGV[6]) then
  return 'no room'
end
redis.call('HSET', foreign, ARGV[1], ARGV[5])
return 'done'
