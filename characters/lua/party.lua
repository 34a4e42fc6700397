-- The active characters of users. KEYS: two a user. Returns for each {char_id, record}; where none is marked,
-- or the mark is stale, the whole roster as {char_id, record, char_id, record, ...} for the caller to pick from.
local party = {}
for user = 1, #KEYS, 2 do
  local marked = redis.call('GET', KEYS[user + 1])
  local record = marked and redis.call('HGET', KEYS[user], marked)
  table.insert(party, record and {marked, record} or redis.call('HGETALL', KEYS[user]))
end
return party
