local characters = KEYS[1]
-- The active character of a user as '<length of the id in bytes>:<id><record>': an array would take
-- the server longer. Of a user without a valid mark the whole roster, from which the caller picks, as
-- {char_id, record, char_id, record, ...}. The key of the active mark, which has the same slot, is made
-- of the other one: to send it would take the client longer.
local active = characters:gsub('characters', 'active_char', 1)
local marked = redis.pcall('GET', active)
if type(marked) == 'table' then -- of another type
  marked = false
end
local record = marked and redis.call('HGET', characters, marked)
if record then
  return #marked .. ':' .. marked .. record
end
return redis.call('HGETALL', characters)
