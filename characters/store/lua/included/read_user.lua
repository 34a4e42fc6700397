-- Reads a key of one of our types, or returns nil where it is of another type.
local function read_key(command, key)
  local found = redis.pcall(command, key)
  if type(found) ~= 'table' or not found.err then
    return found
  end
  if not tostring(found.err):find('^WRONGTYPE') then
    error(tostring(found.err))
  end
end
-- All that is kept of a user: {characters, active mark, trash, drafts, foreign, preferences, keys of
-- other types}, hashes as {field, value, ...}. A key of another type reads as empty.
local function read_user(characters, active, trash, drafts, foreign, preferences)
  local others = {}
  local function read_hash(key)
    local found = read_key('HGETALL', key)
    if found == nil then
      table.insert(others, key)
    end
    return found or {}
  end
  local first = read_hash(characters)
  local mark = read_key('GET', active)
  if mark == nil then
    table.insert(others, active)
  end
  return {
    first, mark or false, read_hash(trash), read_hash(drafts), read_hash(foreign),
    read_hash(preferences), others,
  }
end
