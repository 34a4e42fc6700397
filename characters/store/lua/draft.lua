-- Keeps a draft for a while. ARGV: draft id, draft, seconds to keep.
-- A user has twenty at most, and one more is in the place of the oldest: ids grow with time.
local ids = redis.call('HKEYS', KEYS[4])
if #ids >= 20 then
  table.sort(ids)
  redis.call('HDEL', KEYS[4], ids[1])
end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[4], ARGV[3])
