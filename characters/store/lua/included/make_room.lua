-- Removes the oldest entries of the trash beyond so many entries or bytes, with what other programs'
-- files said of them. The newest stays. Returns the removed records.
local function make_room(trash, foreign, most_entries, most_bytes)
  local entries, size = {}, 0
  local fields = redis.call('HGETALL', trash)
  for i = 1, #fields, 2 do
    local char_id, record = fields[i], fields[i + 1]
    local at = tonumber(record:match('"trashed": {"at": ([%d.]+)')) or 0
    size = size + #record
    table.insert(entries, {at, char_id, record})
  end
  table.sort(entries, function(a, b) return a[1] < b[1] end)
  local removed = {}
  for i = 1, #entries - 1 do
    local char_id, record = entries[i][2], entries[i][3]
    if #entries - i < tonumber(most_entries) and size <= tonumber(most_bytes) then
      break
    end
    redis.call('HDEL', trash, char_id)
    redis.call('HDEL', foreign, char_id)
    size = size - #record
    table.insert(removed, record)
  end
  return removed
end
