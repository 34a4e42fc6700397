-- Replaces a field of the hash KEYS[1] that is still what the caller read; without a new value it is removed.
-- ARGV: field, value read, new value. Returns 1, or 0 where it has changed.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
if ARGV[3] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
