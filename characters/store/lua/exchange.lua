-- keys: characters, trash, foreign
-- Exchanges a character and an earlier version of it that are still those read. What other programs'
-- files said of them goes along if the version has any.
-- ARGV: id of the version, its record read, its new record, char_id, its record read, its new
-- record. Returns {'changed'}, or {'done', record removed from the trash, ...}. A repeated call finds
-- the new records and changes nothing.
-- include limits
-- include version_of
-- include make_room
local version = redis.call('HGET', trash, ARGV[1])
local present = redis.call('HGET', characters, ARGV[4])
if version == ARGV[3] and present == ARGV[6] then
  return {'done'}
end
if version ~= ARGV[2] or present ~= ARGV[5] then
  return {'changed'}
end
redis.call('HSET', trash, ARGV[1], ARGV[3])
redis.call('EXPIRE', trash, TRASH_SECONDS)
redis.call('HSET', characters, ARGV[4], ARGV[6])
local theirs, ours = redis.call('HGET', foreign, ARGV[1]), redis.call('HGET', foreign, ARGV[4])
if theirs then
  redis.call('HSET', foreign, ARGV[4], theirs)
  redis.call('HDEL', foreign, ARGV[1])
  if ours then
    redis.call('HSET', foreign, ARGV[1], ours)
  end
end
local answer = make_room(trash, foreign, ARGV[1])
table.insert(answer, 1, 'done')
return answer
