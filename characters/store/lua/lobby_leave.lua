-- keys: lobby
-- Frees a user's seat. ARGV: seconds to keep, user id, who asks, '1' if they may manage messages,
-- '1' if the user leaves for good. A host who leaves for good hands the lobby to the player who has
-- been seated longest; without players it closes. Who asks is '' where the user is forgotten: then
-- no field names the user any more.
local user, by = ARGV[2], ARGV[3]
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
local host = redis.call('HGET', lobby, 'host')
local left_last = ARGV[5] == '1' and by == user and user == host
if left_last and state == 'closed' and redis.call('HEXISTS', lobby, 'closed_by') == 0 then
  return 'done' -- a repeated call of the host, with whom the lobby closed
end
if state ~= 'open' then
  return state
end
if by ~= '' and by ~= user and by ~= host and ARGV[4] ~= '1' then
  return 'forbidden'
end
if by == '' then
  redis.call('HDEL', lobby, 'removed:' .. user)
elseif by ~= user and redis.call('HEXISTS', lobby, 'seat:' .. user) == 1 then
  redis.call('HSET', lobby, 'removed:' .. user, '1') -- who was removed can't join again
end
if by == '' and redis.call('HGET', lobby, 'former_host') == user then
  redis.call('HDEL', lobby, 'former_host')
end
local seated = redis.call('HDEL', lobby, 'seat:' .. user) == 1
if seated then
  redis.call('HINCRBY', lobby, 'taken', '-1')
end
local players = tonumber(redis.call('HGET', lobby, 'taken'))
local host_leaves = ARGV[5] == '1' and user == host
if not seated and not (host_leaves and (players > 0 or by == '')) then
  return 'absent'
end
redis.call('HINCRBY', lobby, 'version', 1)
if host_leaves and players == 0 then
  redis.call('HSET', lobby, 'state', 'closed')
elseif host_leaves then
  local next_host, first
  local fields = redis.call('HGETALL', lobby)
  for i = 1, #fields, 2 do
    local player, number = fields[i]:match('^seat:(%d+)$'), tonumber(fields[i + 1]:match('^(%d+):'))
    if player and (not first or number < first) then
      next_host, first = player, number
    end
  end
  redis.call('HSET', lobby, 'host', next_host)
  if by ~= '' then
    redis.call('HSET', lobby, 'former_host', host)
  end
end
return 'done'
