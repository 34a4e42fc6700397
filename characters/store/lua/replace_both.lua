-- keys: characters, trash, foreign
-- Replaces a record, and what other programs' files said of the character, that are still those read.
-- What they were goes to the trash first, as a character of its own; the oldest entries there go
-- where there are too many.
-- ARGV: char_id, record read, new record, foreign data read ('' for none), new foreign data ('' to
-- leave it), char_id and record for the trash.
-- Returns {'missing'}, {'changed'}, or {'done' or 'no room', record removed from the trash, ...}.
-- 'no room' says that the present foreign data stays, since it and the new have no room together; if
-- twice the present data has no room, the record in the trash has none. A repeated call finds the
-- new record and data, and changes nothing.
-- include limits
-- include version_of
-- include make_room
local record = redis.call('HGET', characters, ARGV[1])
if not record then
  return {'missing'}
end
local data = redis.call('HGET', foreign, ARGV[1]) or ''
local is_read = record == ARGV[2] or record == ARGV[3]
if not is_read or data ~= ARGV[4] and data ~= ARGV[5] then
  return {'changed'}
end
local size = 0
for _, char_id in ipairs(redis.call('HKEYS', foreign)) do
  size = size + redis.call('HSTRLEN', foreign, char_id)
end
local differs = ARGV[5] ~= '' and ARGV[5] ~= data
local fits = size + #ARGV[5] <= FOREIGN_BYTES
local status = (differs and not fits) and 'no room' or 'done'
if record == ARGV[3] and not (differs and fits) then
  return {status}
end
redis.call('HSET', trash, ARGV[6], ARGV[7])
redis.call('EXPIRE', trash, TRASH_SECONDS)
if data ~= '' and (differs and fits or size + #data <= FOREIGN_BYTES) then
  redis.call('HSET', foreign, ARGV[6], data)
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
if differs and fits then
  redis.call('HSET', foreign, ARGV[1], ARGV[5])
end
local answer = make_room(trash, foreign, ARGV[6])
table.insert(answer, 1, status)
return answer
