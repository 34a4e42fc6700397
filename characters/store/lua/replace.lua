local characters, active = KEYS[1], KEYS[2]
-- Replaces a record that is still the one read. ARGV: char_id, record read, new record,
-- '1' to mark the character as active too. A repeated call finds the new record.
local current = redis.call('HGET', characters, ARGV[1])
if not current then
  return 'missing'
end
if current ~= ARGV[2] and current ~= ARGV[3] then
  return 'changed'
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
if ARGV[4] == '1' then
  redis.call('SET', active, ARGV[1])
end
return 'done'
