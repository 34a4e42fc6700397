-- keys: lobby
-- Opens a lobby and replaces what had this key. ARGV: seconds to keep, field, value, field, value, ...
redis.call('DEL', lobby)
redis.call('HSET', lobby, unpack(ARGV, 2))
redis.call('EXPIRE', lobby, ARGV[1])
