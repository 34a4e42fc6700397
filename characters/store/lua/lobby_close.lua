-- keys: lobby
-- Closes a lobby. ARGV: seconds to keep, who asks, '1' if they may manage messages.
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state == 'closed' and redis.call('HGET', lobby, 'closed_by') == ARGV[2] then
  return 'done' -- a repeated call
end
if state ~= 'open' then
  return state
end
if ARGV[2] ~= redis.call('HGET', lobby, 'host') and ARGV[3] ~= '1' then
  return 'forbidden'
end
redis.call('HINCRBY', lobby, 'version', 1)
redis.call('HSET', lobby, 'state', 'closed', 'closed_by', ARGV[2])
return 'done'
