local characters, active, foreign = KEYS[1], KEYS[2], KEYS[3]
-- Removes a record for good, with its active mark and what other programs' files said of it.
-- ARGV: char_id. Returns the record, or nil. A character in the trash is left as it is.
local record = redis.call('HGET', characters, ARGV[1])
if record then
  redis.call('HDEL', foreign, ARGV[1])
  redis.call('HDEL', characters, ARGV[1])
end
if redis.call('GET', active) == ARGV[1] then
  redis.call('DEL', active)
end
return record
