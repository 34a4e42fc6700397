-- Gives a user a seat. ARGV: seconds to keep, user id, name. A user who has one keeps it.
-- Seats are numbered by the lobby's version, so that a later one has a greater number.
local lobby, seat = KEYS[1], 'seat:' .. ARGV[2]
redis.call('EXPIRE', lobby, ARGV[1])
local state = redis.call('HGET', lobby, 'state') or 'gone'
if state ~= 'open' then
  return state
end
if redis.call('HEXISTS', lobby, seat) == 1 then
  return 'done'
end
if tonumber(redis.call('HGET', lobby, 'taken')) >= tonumber(redis.call('HGET', lobby, 'seats')) then
  return 'full'
end
redis.call('HINCRBY', lobby, 'taken', 1)
redis.call('HSET', lobby, seat, redis.call('HINCRBY', lobby, 'version', 1) .. ':' .. ARGV[3])
return 'done'
