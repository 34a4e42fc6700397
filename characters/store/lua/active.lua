local characters = KEYS[1]
-- The active character of a user. The key of the active mark, which has the same slot, is made of the
-- other one: to send it would take the client longer.
-- include active_character
local active = characters:gsub('characters', 'active_char', 1)
-- MGET reads a mark of another type as none.
return active_character(characters, redis.call('MGET', active)[1])
