-- Adds a character, marks one active and returns the record. ARGV: char_id, record, roster limit, char_id to mark,
-- '1' where that yields to a mark of a character that is there. Who is not there (yet) is not marked.
-- The caller makes the id, so a repeated call finds the character: it changes nothing and returns what is there.
local record = redis.call('HGET', KEYS[1], ARGV[1])
if record then
  return record
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local marked = ARGV[5] == '1' and redis.call('GET', KEYS[2])
local taken = marked and redis.call('HEXISTS', KEYS[1], marked) == 1
if not taken and redis.call('HEXISTS', KEYS[1], ARGV[4]) == 1 then
  redis.call('SET', KEYS[2], ARGV[4])
end
return ARGV[2]
