-- Removes everything of a user and returns what was in the roster and the trash:
-- char_id, record, char_id, record, ...
local records = redis.call('HGETALL', KEYS[1])
for _, each in ipairs(redis.call('HGETALL', KEYS[3])) do
  table.insert(records, each)
end
redis.call('DEL', unpack(KEYS))
return records
