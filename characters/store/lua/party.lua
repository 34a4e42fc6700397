local characters, active = KEYS[1], KEYS[2]
-- The active characters of users. KEYS: characters and active mark of each user.
-- Returns for each user {char_id, record}; without a valid mark the whole roster as
-- {char_id, record, char_id, record, ...}, from which the caller picks.
local party = {}
for user = 1, #KEYS, 2 do
  characters, active = KEYS[user], KEYS[user + 1]
  local marked = redis.call('GET', active)
  local record = marked and redis.call('HGET', characters, marked)
  party[(user + 1) / 2] = record and {marked, record} or redis.call('HGETALL', characters)
end
return party
