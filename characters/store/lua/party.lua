-- The active characters of users. KEYS: two a user. Returns for each {char_id, record}; where none is marked,
-- or the mark is stale, the whole roster as {char_id, record, char_id, record, ...} for the caller to pick from.
local call, party = redis.call, {}
for user = 1, #KEYS, 2 do
  local marked = call('GET', KEYS[user + 1])
  local record = marked and call('HGET', KEYS[user], marked)
  party[(user + 1) / 2] = record and {marked, record} or call('HGETALL', KEYS[user])
end
return party
