local entries = KEYS[1]
-- Keeps an entry in a hash; the oldest others go where there are too many entries or bytes, since ids
-- grow with time. ARGV: id, entry, seconds to keep, entries and bytes that there may be, id of another
-- entry ('' for none). Once that has gone, nothing is kept, and 'gone' is returned.
if ARGV[6] ~= '' and redis.call('HEXISTS', entries, ARGV[6]) == 0 then
  return 'gone'
end
redis.call('HSET', entries, ARGV[1], ARGV[2])
redis.call('EXPIRE', entries, ARGV[3])
local ids, size = redis.call('HKEYS', entries), 0
table.sort(ids)
for _, id in ipairs(ids) do
  size = size + redis.call('HSTRLEN', entries, id)
end
local count = #ids
for _, id in ipairs(ids) do
  if count <= tonumber(ARGV[4]) and size <= tonumber(ARGV[5]) then
    return
  end
  if id ~= ARGV[1] then
    size = size - redis.call('HSTRLEN', entries, id)
    count = count - 1
    redis.call('HDEL', entries, id)
  end
end
