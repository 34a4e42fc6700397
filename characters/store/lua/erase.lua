local characters, active, foreign = KEYS[1], KEYS[2], KEYS[3]
-- Removes a record for good, with its active mark. ARGV: char_id. Returns the record, or nil.
local record = redis.call('HGET', characters, ARGV[1])
redis.call('HDEL', characters, ARGV[1])
redis.call('HDEL', foreign, ARGV[1])
if redis.call('GET', active) == ARGV[1] then
  redis.call('DEL', active)
end
return record
