-- keys: characters, active, trash
-- Moves a record out of the trash; its character is active again unless another one is.
-- ARGV: char_id, since when it must have been deleted, roster limit; then, if it was read, the record
-- in the trash, the record to restore, '1' if it was active, and the id of the character of which it is
-- an earlier version ('' for none).
-- Returns {'done', restored record}. Otherwise changes nothing and returns {'full'}, {'present'}
-- while the character is there of which it is a version, {'characters', record} for what is there
-- already, {} without such a character, or {'trash', record} where that can't be changed as text and
-- is not the one read.
-- include flat_record
local NOTE_BYTES = 100 -- that the end of a record in the trash has at most
local present = redis.call('HGET', characters, ARGV[1])
if present then
  return {'characters', present}
end
local trashed = redis.call('HGET', trash, ARGV[1])
if not trashed then
  return {}
end
local record, was_active
if trashed == ARGV[4] then
  record, was_active = ARGV[5], ARGV[6] == '1'
else
  local note = ', ?"trashed": ?{"at": ?([1-9]%d*%.%d+), ?"active": ?(%a+)}}$'
  local first, _, at, marked = trashed:find(note, -NOTE_BYTES)
  local is_kept = at and tonumber(at) >= tonumber(ARGV[2]) and (marked == 'true' or marked == 'false')
  record, was_active = is_kept and trashed:sub(1, first - 1) .. '}', marked == 'true'
  local flat = record and flat_record(record)
  if not flat or flat.trashed then
    return {'trash', trashed}
  end
end
if ARGV[7] and ARGV[7] ~= '' and redis.call('HEXISTS', characters, ARGV[7]) == 1 then
  return {'present'}
end
if redis.call('HLEN', characters) >= tonumber(ARGV[3]) then
  return {'full'}
end
redis.call('HSET', characters, ARGV[1], record)
redis.call('HDEL', trash, ARGV[1])
if was_active then
  local marked = redis.call('GET', active)
  local another = marked and redis.call('HEXISTS', characters, marked) == 1
  if not another then
    redis.call('SET', active, ARGV[1])
  end
end
return {'done', record}
