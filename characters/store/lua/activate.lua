local characters, active = KEYS[1], KEYS[2]
-- Marks a character as active and notes when it was used.
-- ARGV: char_id, when it was used; then, if it was read, the record, and the same with that time.
-- Returns {'done', new record}, or {} without such a character. Where a record can't be changed as
-- text and is not the one read, returns {'characters', record} and changes nothing.
-- include flat_record
local record = redis.call('HGET', characters, ARGV[1])
if not record then
  return {}
end
local used = record == ARGV[3] and ARGV[4]
local fields = not used and flat_fields(record)
if fields and fields.last_used then
  used = record:sub(1, fields.last_used.first - 1) .. ARGV[2] .. record:sub(fields.last_used.after)
end
if not used then
  return {'characters', record}
end
redis.call('HSET', characters, ARGV[1], used)
redis.call('SET', active, ARGV[1])
return {'done', used}
