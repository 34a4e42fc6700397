-- Keeps an entry that waits in a hash for some seconds; the oldest others go beyond the limits, since
-- ids grow with time. Needs limits.
local function keep(entries, id, entry, seconds)
  redis.call('HSET', entries, id, entry)
  redis.call('EXPIRE', entries, seconds)
  local ids, size = redis.call('HKEYS', entries), 0
  table.sort(ids)
  for _, each in ipairs(ids) do
    size = size + redis.call('HSTRLEN', entries, each)
  end
  local count = #ids
  for _, each in ipairs(ids) do
    if count <= WAITING_ENTRIES and size <= WAITING_BYTES then
      return
    end
    if each ~= id then
      size = size - redis.call('HSTRLEN', entries, each)
      count = count - 1
      redis.call('HDEL', entries, each)
    end
  end
end
