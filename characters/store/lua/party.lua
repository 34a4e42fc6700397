-- keys: characters
-- The active characters of users of one server. KEYS: the characters of each user.
-- Returns {char_id, record, char_id, record, ...}: of a user without a valid mark '' and the whole
-- roster as {char_id, record, ...}, from which the caller picks.
local party, active, call = {}, {}, redis.call
for user = 1, #KEYS do
  active[user] = (KEYS[user]:gsub('characters', 'active_char', 1))
end
local marks = call('MGET', unpack(active))
for user = 1, #KEYS do
  characters = KEYS[user]
  local marked = marks[user] or ''
  local record = marked ~= '' and call('HGET', characters, marked)
  party[2 * user - 1] = record and marked or ''
  party[2 * user] = record or call('HGETALL', characters)
end
return party
