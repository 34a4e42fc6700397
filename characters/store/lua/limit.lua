-- Counts an action within a window of a minute. ARGV: action, limit.
-- Returns 0, or the seconds until the window ends where the limit is passed.
local count = redis.call('HINCRBY', KEYS[5], ARGV[1], 1)
if redis.call('TTL', KEYS[5]) < 0 then
  redis.call('EXPIRE', KEYS[5], 60)
end
return count > tonumber(ARGV[2]) and math.max(1, redis.call('TTL', KEYS[5])) or 0
