-- keys: characters, active
-- Returns the active mark ('' if there is none), then char_id, record, char_id, record, ...
local roster = redis.call('HGETALL', characters)
table.insert(roster, 1, redis.call('GET', active) or '')
return roster
