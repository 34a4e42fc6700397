-- All that is kept of a user, at one moment: {characters, active mark, trash, drafts, foreign}, the hashes as
-- {field, value, ...}. A key of another type, which is not of our making, reads as empty and is among the foreign.
local foreign = {}
local function of(kind, key, command)
  local found = redis.call('TYPE', key).ok
  if found == kind then
    return redis.call(command, key)
  end
  if found ~= 'none' then
    table.insert(foreign, key)
  end
  return kind == 'hash' and {}
end
local characters, active = of('hash', KEYS[1], 'HGETALL'), of('string', KEYS[2], 'GET')
return {characters, active, of('hash', KEYS[3], 'HGETALL'), of('hash', KEYS[4], 'HGETALL'), foreign}
