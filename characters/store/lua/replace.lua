local characters, active, foreign = KEYS[1], KEYS[2], KEYS[3]
-- Replaces a record that is still the one read. ARGV: char_id, record read, new record,
-- '1' to mark the character as active too, what other programs' files said of it ('' to change
-- nothing of that), bytes that a user may have of that. A repeated call finds the new record.
local current = redis.call('HGET', characters, ARGV[1])
if not current then
  return 'missing'
end
if current ~= ARGV[2] and current ~= ARGV[3] then
  return 'changed'
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
if ARGV[5] ~= '' then
  redis.call('HDEL', foreign, ARGV[1])
  local size = #ARGV[5]
  for _, data in ipairs(redis.call('HVALS', foreign)) do
    size = size + #data
  end
  if size <= tonumber(ARGV[6]) then
    redis.call('HSET', foreign, ARGV[1], ARGV[5])
  end
end
if ARGV[4] == '1' then
  redis.call('SET', active, ARGV[1])
end
return 'done'
