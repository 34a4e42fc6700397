-- keys: lobby
-- Starts the session, with the party that the caller read for this version of the lobby.
-- ARGV: seconds to keep, who asks, '1' if they may manage messages, version, token of this call,
-- party, now.
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state == 'started' and redis.call('HGET', lobby, 'token') == ARGV[5] then
  return 'done' -- a repeated call whose answer was lost
end
if state ~= 'open' then
  return state
end
if ARGV[2] ~= redis.call('HGET', lobby, 'host') and ARGV[3] ~= '1' then
  return 'forbidden'
end
if redis.call('HGET', lobby, 'version') ~= ARGV[4] then
  return 'changed'
end
redis.call('HINCRBY', lobby, 'version', 1)
redis.call('HSET', lobby, 'state', 'started', 'token', ARGV[5], 'party', ARGV[6], 'started_at', ARGV[7])
return 'done'
