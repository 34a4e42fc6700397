-- Frees a user's seat. ARGV: seconds to keep, user id, who asks, '1' where they may manage messages.
-- A host who leaves hands the lobby to whoever has been seated longest, or closes it where nobody is.
local lobby, user = KEYS[1], ARGV[2]
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state ~= 'open' then
  return state
end
local host = redis.call('HGET', lobby, 'host')
if ARGV[3] ~= user and ARGV[3] ~= host and ARGV[4] ~= '1' then
  return 'forbidden'
end
local seated = redis.call('HDEL', lobby, 'seat:' .. user)
if seated == 0 and user ~= host then
  return 'absent'
end
redis.call('HINCRBY', lobby, 'taken', -seated)
redis.call('HINCRBY', lobby, 'version', 1)
if user == host then
  local heir, first
  local fields = redis.call('HGETALL', lobby)
  for i = 1, #fields, 2 do
    local player, number = fields[i]:match('^seat:(%d+)$'), tonumber(fields[i + 1]:match('^(%d+):'))
    if player and (not first or number < first) then
      heir, first = player, number
    end
  end
  redis.call('HSET', lobby, 'former_host', host)
  if heir then
    redis.call('HSET', lobby, 'host', heir)
  else
    redis.call('HSET', lobby, 'state', 'closed', 'closed_by', host)
  end
end
return 'done'
