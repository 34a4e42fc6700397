-- Notes that the player of a seat plays another character. ARGV: seconds to keep, user id.
local lobby = KEYS[1]
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
