-- keys: characters, active, trash
-- Moves a record out of the trash; its character is active again unless another one is.
-- ARGV: char_id, since when it must have been deleted, roster limit; then, if it was read, the record
-- in the trash, the record to restore, '1' if it was active, and the id of the character of which it is
-- an earlier version ('' for none).
-- Returns {'done', restored record}. Otherwise changes nothing and returns {'full'}, {'present'}
-- while the character is there of which it is a version, {'characters', record} for what is there
-- already, {} without such a character, or {'trash', record} where that can't be changed as text and
-- is not the one read.
-- A record is changed as text where it ends with the note that delete.lua writes, and has no other field
-- of that name, also not with letters as \u0074. No more of it is checked: a record that is not valid,
-- which only another program writes, is moved as it is and stays unreadable.
local NOTE = ', ?"trashed": ?{"at": ?([1-9]%d*%.%d+), ?"active": ?(%a+)}}$'
local NOTE_BYTES = 100 -- at most
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
  local first, _, at, marked = trashed:find(NOTE, -NOTE_BYTES)
  local is_kept = at and tonumber(at) >= tonumber(ARGV[2]) and (marked == 'true' or marked == 'false')
  record, was_active = is_kept and trashed:sub(1, first - 1) .. '}', marked == 'true'
  if not record or record:find('"trashed"', 1, true) or record:find('\\u00', 1, true) then
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
