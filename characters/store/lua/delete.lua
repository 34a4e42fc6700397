local characters, active, trash, foreign = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- Moves a record that is still the one read to the trash.
-- ARGV: char_id, record read, record for the trash if the character was active, record if it was not,
-- seconds to keep the trash, entries and bytes that it may have, and earlier versions of one
-- character. What is beyond that goes.
-- Returns {'done', removed record, ...}.
-- include version_of
-- include make_room
local current = redis.call('HGET', characters, ARGV[1])
redis.call('HLEN', foreign) -- a key of another type is an error before anything is changed
if not current then
  local trashed = redis.call('HGET', trash, ARGV[1])
  return {(trashed == ARGV[3] or trashed == ARGV[4]) and 'done' or 'missing'}
end
if current ~= ARGV[2] then
  return {'changed'}
end
local was_active = redis.call('GET', active) == ARGV[1]
redis.call('HSET', trash, ARGV[1], was_active and ARGV[3] or ARGV[4])
redis.call('EXPIRE', trash, ARGV[5])
redis.call('HDEL', characters, ARGV[1])
if was_active then
  redis.call('DEL', active)
end
local answer = make_room(trash, foreign, ARGV[1], ARGV[6], ARGV[7], ARGV[8])
table.insert(answer, 1, 'done')
return answer
