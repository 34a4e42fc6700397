-- Removes everything of a user and returns what there was: the roster and the trash, each as
-- char_id, record, char_id, record, ..., and the drafts.
local kept = {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[3]), redis.call('HVALS', KEYS[4])}
redis.call('DEL', unpack(KEYS))
return kept
