-- keys: lobby
-- Gives a user a seat; a user who has one keeps it. ARGV: seconds to keep, user id, name.
-- The number of a seat is the version of the lobby, so a later seat has a greater number.
local seat = 'seat:' .. ARGV[2]
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
local seated = redis.call('HEXISTS', lobby, seat) == 1
if seated and (state == 'open' or state == 'started') then
  return 'done'
end
if state ~= 'open' then
  return state
end
if redis.call('HEXISTS', lobby, 'removed:' .. ARGV[2]) == 1 then
  return 'removed'
end
if tonumber(redis.call('HGET', lobby, 'taken')) >= tonumber(redis.call('HGET', lobby, 'seats')) then
  return 'full'
end
redis.call('HINCRBY', lobby, 'taken', 1)
redis.call('HSET', lobby, seat, redis.call('HINCRBY', lobby, 'version', 1) .. ':' .. ARGV[3])
return 'done'
