-- keys: characters, active
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
local flat = not used and flat_record(record)
if flat and flat.used then
  used = record:sub(1, flat.used - 1) .. ARGV[2] .. record:sub(flat.after)
end
if not used then
  return {'characters', record}
end
redis.call('HSET', characters, ARGV[1], used)
redis.call('SET', active, ARGV[1])
return {'done', used}
