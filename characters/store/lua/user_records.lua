local characters, active, trash, drafts, foreign = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
-- All that is kept of a user, at one moment: {characters, active mark, trash, drafts, foreign,
-- keys of other types}, hashes as {field, value, ...}. A key of another type reads as empty.
local others = {}
local function read(kind, key, command)
  local found = redis.call('TYPE', key).ok
  if found == kind then
    return redis.call(command, key)
  end
  if found ~= 'none' then
    table.insert(others, key)
  end
  return kind == 'hash' and {}
end
return {
  read('hash', characters, 'HGETALL'), read('string', active, 'GET'),
  read('hash', trash, 'HGETALL'), read('hash', drafts, 'HGETALL'), read('hash', foreign, 'HGETALL'),
  others,
}
