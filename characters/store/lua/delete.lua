-- Moves a record that is still what the caller read to the trash. ARGV: char_id, record read,
-- record for the trash where the character was active, the same where it was not, seconds to keep.
local current = redis.call('HGET', KEYS[1], ARGV[1])
if not current then
  local trashed = redis.call('HGET', KEYS[3], ARGV[1])
  return (trashed == ARGV[3] or trashed == ARGV[4]) and 'done' or 'missing'
end
if current ~= ARGV[2] then
  return 'changed'
end
local active = redis.call('GET', KEYS[2]) == ARGV[1]
redis.call('HSET', KEYS[3], ARGV[1], active and ARGV[3] or ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[5])
redis.call('HDEL', KEYS[1], ARGV[1])
if active then
  redis.call('DEL', KEYS[2])
end
return 'done'
