-- Replaces a record that is still what the caller read. ARGV: char_id, record read, new record,
-- '1' to mark the character active as well. Finding the new record there is a repeated call.
local current = redis.call('HGET', KEYS[1], ARGV[1])
if not current then
  return 'missing'
end
if current ~= ARGV[2] and current ~= ARGV[3] then
  return 'changed'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
if ARGV[4] == '1' then
  redis.call('SET', KEYS[2], ARGV[1])
end
return 'done'
