-- All that is kept of a user, at one moment: {characters, active mark, trash, drafts}, the hashes as
-- {field, value, ...}. A key of another type, which is not of our making, reads as empty.
local function hash(key)
  return redis.call('TYPE', key).ok == 'hash' and redis.call('HGETALL', key) or {}
end
local active = redis.call('TYPE', KEYS[2]).ok == 'string' and redis.call('GET', KEYS[2])
return {hash(KEYS[1]), active, hash(KEYS[3]), hash(KEYS[4])}
