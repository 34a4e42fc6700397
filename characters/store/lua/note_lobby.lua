-- keys: lobbies
-- Notes that a lobby may name the user; the oldest notes go where there are too many.
-- ARGV: lobby id, now.
-- include limits
redis.call('ZADD', lobbies, ARGV[2], ARGV[1])
local count = redis.call('ZCARD', lobbies)
if count > LOBBIES then
  redis.call('ZPOPMIN', lobbies)
end
redis.call('EXPIRE', lobbies, LOBBIES_SECONDS)
