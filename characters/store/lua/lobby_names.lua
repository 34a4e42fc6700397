-- keys: lobby
-- Whether a lobby names a user anywhere: 1 or 0. ARGV: user id.
if redis.call('TYPE', lobby).ok ~= 'hash' then
  return 0
end
for _, field in ipairs({'host', 'former_host', 'closed_by'}) do
  if redis.call('HGET', lobby, field) == ARGV[1] then
    return 1
  end
end
local seated = redis.call('HEXISTS', lobby, 'seat:' .. ARGV[1])
return math.max(seated, redis.call('HEXISTS', lobby, 'removed:' .. ARGV[1]))
