-- The active character as {char_id, record}; where none is marked, or the mark is stale, the whole
-- roster as {char_id, record, char_id, record, ...} for the caller to pick from.
local marked = redis.call('GET', KEYS[2])
local record = marked and redis.call('HGET', KEYS[1], marked)
if record then
  return {marked, record}
end
return redis.call('HGETALL', KEYS[1])
