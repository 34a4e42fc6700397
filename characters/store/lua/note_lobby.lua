local lobbies = KEYS[1]
-- Notes that a lobby may name the user; the oldest notes go where there are too many.
-- ARGV: lobby id, now, seconds to keep, notes that there may be.
redis.call('ZADD', lobbies, ARGV[2], ARGV[1])
local count = redis.call('ZCARD', lobbies)
if count > tonumber(ARGV[4]) then
  redis.call('ZPOPMIN', lobbies)
end
redis.call('EXPIRE', lobbies, ARGV[3])
