-- keys: lobbies
-- The lobbies that may name a user: {lobby id, time of its note, lobby id, time, ...}.
return redis.call('ZRANGE', lobbies, '0', '-1', 'WITHSCORES')
