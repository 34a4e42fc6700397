-- Removes entries beyond the limits of the trash, with what other programs' files said of them: earlier
-- versions first, then what was deleted, the oldest first. The newest entry, with this id, stays.
-- Returns the removed records. Needs limits and version_of.
local function make_room(trash, foreign, newest)
  local entries, size, versions = {}, 0, {}
  local fields = redis.call('HGETALL', trash)
  for i = 1, #fields, 2 do
    local record = fields[i + 1]
    local at = tonumber(record:match('"trashed": ?{"at": ?([%d.]+)')) or 0
    local of = version_of(record)
    size = size + #record
    if of then
      versions[of] = (versions[of] or 0) + 1
    end
    table.insert(entries, {id = fields[i], record = record, at = at, of = of})
  end
  table.sort(entries, function(a, b)
    if (a.of ~= nil) ~= (b.of ~= nil) then
      return a.of ~= nil
    end
    return a.at < b.at
  end)
  local removed, count = {}, #entries
  for _, entry in ipairs(entries) do
    local full = count > TRASH_ENTRIES or size > TRASH_BYTES
    local too_many = entry.of and versions[entry.of] > VERSIONS
    if (full or too_many) and entry.id ~= newest then
      redis.call('HDEL', trash, entry.id)
      redis.call('HDEL', foreign, entry.id)
      count, size = count - 1, size - #entry.record
      if entry.of then
        versions[entry.of] = versions[entry.of] - 1
      end
      table.insert(removed, entry.record)
    end
  end
  return removed
end
