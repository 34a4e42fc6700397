-- Adds a character and marks it active. ARGV: char_id, record, roster limit.
-- The caller makes the id, so a repeated call (the first answer was lost) finds it and changes nothing.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  return 'done'
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[1])
return 'done'
