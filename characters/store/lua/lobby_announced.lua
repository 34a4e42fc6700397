-- keys: lobby
-- Notes that the main bot was informed of the session. ARGV: seconds to keep.
if redis.call('HGET', lobby, 'state') ~= 'started' then
  return 'gone'
end
redis.call('EXPIRE', lobby, ARGV[1])
redis.call('HSET', lobby, 'announced', '1')
return 'done'
