-- keys: hash
-- Replaces a field of a hash that is still what the caller read; without a new value, removes it.
-- ARGV: field, value read, new value. Returns 1, or 0 if the field has changed.
if redis.call('HGET', hash, ARGV[1]) ~= ARGV[2] then
  return 0
end
if ARGV[3] then
  redis.call('HSET', hash, ARGV[1], ARGV[3])
else
  redis.call('HDEL', hash, ARGV[1])
end
return 1
