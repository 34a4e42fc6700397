-- Keeps a draft for a while. ARGV: draft id, draft, seconds to keep.
-- A user has twenty at most: one more clears the others, of which few can still be of use.
if redis.call('HLEN', KEYS[4]) >= 20 and redis.call('HEXISTS', KEYS[4], ARGV[1]) == 0 then
  redis.call('DEL', KEYS[4])
end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[4], ARGV[3])
