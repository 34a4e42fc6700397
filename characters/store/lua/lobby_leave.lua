-- Frees a user's seat. ARGV: seconds to keep, user id, who asks, '1' where they may manage messages,
-- '1' where the user leaves for good. A host who does hands the lobby to whoever has been seated longest,
-- and it closes with the last one. Who is forgotten leaves no trace: nobody asks for that, '' does.
local lobby, user, by = KEYS[1], ARGV[2], ARGV[3]
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state ~= 'open' then
  return state
end
local host = redis.call('HGET', lobby, 'host')
if by ~= '' and by ~= user and by ~= host and ARGV[4] ~= '1' then
  return 'forbidden'
end
if by == '' and redis.call('HGET', lobby, 'former_host') == user then
  redis.call('HDEL', lobby, 'former_host')
end
local seated = redis.call('HDEL', lobby, 'seat:' .. user)
local left = redis.call('HINCRBY', lobby, 'taken', -seated)
local hosts = ARGV[5] == '1' and user == host
if seated == 0 and not (hosts and (left > 0 or by == '')) then
  return 'absent'
end
redis.call('HINCRBY', lobby, 'version', 1)
if hosts and left == 0 then
  redis.call('HSET', lobby, 'state', 'closed')
elseif hosts then
  local heir, first
  local fields = redis.call('HGETALL', lobby)
  for i = 1, #fields, 2 do
    local player, number = fields[i]:match('^seat:(%d+)$'), tonumber(fields[i + 1]:match('^(%d+):'))
    if player and (not first or number < first) then
      heir, first = player, number
    end
  end
  redis.call('HSET', lobby, 'host', heir)
  if by ~= '' then
    redis.call('HSET', lobby, 'former_host', host)
  end
end
return 'done'
