-- The active mark ('' where there is none), then char_id, record, char_id, record, ...
local roster = redis.call('HGETALL', KEYS[1])
table.insert(roster, 1, redis.call('GET', KEYS[2]) or '')
return roster
