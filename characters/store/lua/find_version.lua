-- keys: characters, trash
-- An earlier version and its character at this moment. ARGV: id of the version, char_id.
-- Returns {record in the trash, record of the character}, or {} where one of them is not there.
local version = redis.call('HGET', trash, ARGV[1])
local present = redis.call('HGET', characters, ARGV[2])
return version and present and {version, present} or {}
