local characters, active, trash, drafts, foreign, preferences, imports, rates, forgotten = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]
-- All that is kept of a user, at one moment: {characters, active mark, trash, drafts, foreign,
-- preferences, keys of other types}, hashes as {field, value, ...}. A key of another type reads as empty.
-- ARGV: '0', or to remove all of it, with what waits to be imported, and the rates, the seconds for
-- which that is noted.
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
local found = {
  read('hash', characters, 'HGETALL'), read('string', active, 'GET'),
  read('hash', trash, 'HGETALL'), read('hash', drafts, 'HGETALL'), read('hash', foreign, 'HGETALL'),
  read('hash', preferences, 'HGETALL'), others,
}
if ARGV[1] ~= '0' then
  redis.call('SET', forgotten, '1', 'EX', ARGV[1])
  redis.call('DEL', characters, active, trash, drafts, foreign, preferences, imports, rates)
end
return found
