-- Keeps an entry in a hash for some seconds; the oldest others go where there are too many entries or
-- bytes, since ids grow with time.
local function keep(entries, id, entry, seconds, most_entries, most_bytes)
  redis.call('HSET', entries, id, entry)
  redis.call('EXPIRE', entries, seconds)
  local ids, size = redis.call('HKEYS', entries), 0
  table.sort(ids)
  for _, each in ipairs(ids) do
    size = size + redis.call('HSTRLEN', entries, each)
  end
  local count = #ids
  for _, each in ipairs(ids) do
    if count <= tonumber(most_entries) and size <= tonumber(most_bytes) then
      return
    end
    if each ~= id then
      size = size - redis.call('HSTRLEN', entries, each)
      count = count - 1
      redis.call('HDEL', entries, each)
    end
  end
end
