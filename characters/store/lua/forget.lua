-- Removes everything of a user.
redis.call('DEL', unpack(KEYS))
