-- The active character of a user as '<length of the id in bytes>:<id><record>': an array would take
-- the server longer. Of a user without a valid mark the whole roster, from which the caller picks, as
-- {char_id, record, char_id, record, ...}.
local function active_character(characters, marked)
  local record = marked and redis.call('HGET', characters, marked)
  if record then
    return #marked .. ':' .. marked .. record
  end
  return redis.call('HGETALL', characters)
end
