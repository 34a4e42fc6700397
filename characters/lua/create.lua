-- Adds a character, marks it active and returns its record. ARGV: char_id, record, roster limit.
-- The caller makes the id, so a repeated call finds the character: it changes nothing and returns what is there.
local record = redis.call('HGET', KEYS[1], ARGV[1])
if record then
  return record
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[1])
return ARGV[2]
