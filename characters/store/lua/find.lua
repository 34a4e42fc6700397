local characters, trash = KEYS[1], KEYS[2]
-- Where a character is at this moment: {'characters', record}, {'trash', record} or {}.
-- ARGV: char_id.
local record = redis.call('HGET', characters, ARGV[1])
if record then
  return {'characters', record}
end
record = redis.call('HGET', trash, ARGV[1])
return record and {'trash', record} or {}
