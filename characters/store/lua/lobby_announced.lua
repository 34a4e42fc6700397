-- Notes that the main bot has heard of a session. ARGV: seconds to keep.
local lobby = KEYS[1]
if redis.call('HGET', lobby, 'state') ~= 'started' then
  return 'gone'
end
redis.call('EXPIRE', lobby, ARGV[1])
redis.call('HSET', lobby, 'announced', '1')
return 'done'
