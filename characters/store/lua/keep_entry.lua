local entries = KEYS[1]
-- Keeps an entry in a hash of at most twenty; one more replaces the oldest, since ids grow with time.
-- ARGV: id, entry, seconds to keep.
local ids = redis.call('HKEYS', entries)
if #ids >= 20 then
  table.sort(ids)
  redis.call('HDEL', entries, ids[1])
end
redis.call('HSET', entries, ARGV[1], ARGV[2])
redis.call('EXPIRE', entries, ARGV[3])
