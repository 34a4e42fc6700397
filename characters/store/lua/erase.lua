-- keys: characters, active, foreign, trash
-- Removes a record for good, with its active mark, its earlier versions, and what other programs'
-- files said of them. ARGV: char_id, char_id as JSON. Returns {record, record of an earlier version, ...}, or {}.
-- A character in the trash is left as it is.
-- include version_of
local function is_of(version, char_id)
  local spaced, compact = '"of": ' .. char_id .. '}', '"of":' .. char_id .. '}'
  return version_of(version) and (version:find(spaced, 1, true) or version:find(compact, 1, true))
end
local record = redis.call('HGET', characters, ARGV[1])
local removed = {}
if record then
  removed = {record}
  local fields = redis.call('HGETALL', trash)
  for i = 1, #fields, 2 do
    local version = fields[i + 1]
    if is_of(version, ARGV[2]) then
      redis.call('HDEL', trash, fields[i])
      redis.call('HDEL', foreign, fields[i])
      table.insert(removed, version)
    end
  end
  redis.call('HDEL', foreign, ARGV[1])
  redis.call('HDEL', characters, ARGV[1])
end
if redis.call('GET', active) == ARGV[1] then
  redis.call('DEL', active)
end
return removed
