-- keys: characters, active, trash, foreign
-- Moves a record to the trash.
-- ARGV: char_id, now; then, if it was read, the record, and the record for the trash if the character
-- was active, and if it was not.
-- Returns {'done', record that was moved, record removed from the trash, ...}. Otherwise changes
-- nothing and returns {'trash', record} for what is there already, {} without such a character, or
-- {'characters', record} where that can't be changed as text and is not the one read.
-- include limits
-- include version_of
-- include make_room
-- include flat_record
local is_first = redis.call('HLEN', trash) == 0
if not is_first then
  redis.call('HLEN', foreign) -- make_room needs it: another type is an error before any change
end
local record = redis.call('HGET', characters, ARGV[1])
if not record then
  local trashed = redis.call('HGET', trash, ARGV[1])
  return trashed and {'trash', trashed} or {}
end
local was_active = redis.call('GET', active) == ARGV[1]
local trashed = record == ARGV[3] and (was_active and ARGV[4] or ARGV[5])
local flat = not trashed and flat_record(record)
if flat and not flat.trashed then
  local note = '{"at":' .. ARGV[2] .. ',"active":' .. tostring(was_active) .. '}'
  trashed = record:sub(1, -2) .. ',"trashed":' .. note .. '}'
end
if not trashed then
  return {'characters', record}
end
redis.call('HSET', trash, ARGV[1], trashed)
redis.call('EXPIRE', trash, TRASH_SECONDS)
redis.call('HDEL', characters, ARGV[1])
if was_active then
  redis.call('DEL', active)
end
if is_first then
  return {'done', record}
end
local answer = make_room(trash, foreign, ARGV[1])
table.insert(answer, 1, record)
table.insert(answer, 1, 'done')
return answer
