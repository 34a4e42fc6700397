-- keys: rates
-- Counts an action within a window of a minute. ARGV: action, limit, how often it was done.
-- Returns 0, or the seconds until the window ends where the limit is exceeded.
local count = redis.call('HINCRBY', rates, ARGV[1], ARGV[3])
if redis.call('TTL', rates) < 0 then
  redis.call('EXPIRE', rates, 60)
end
return count > tonumber(ARGV[2]) and math.max(1, redis.call('TTL', rates)) or 0
