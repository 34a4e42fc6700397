-- keys: lobby
-- Notes that a seated player plays another character. ARGV: seconds to keep, user id.
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state ~= 'open' then
  return state
end
if redis.call('HEXISTS', lobby, 'seat:' .. ARGV[2]) == 0 then
  return 'absent'
end
redis.call('HINCRBY', lobby, 'version', 1)
return 'done'
