-- keys: characters, active, foreign, trash, rates, drafts
-- Adds a character and marks one as active.
-- ARGV: char_id, record, roster limit, char_id to mark, '1' to keep the mark of an existing character,
-- what other programs' files said of it ('' for nothing), creations that are allowed in a minute (0:
-- this one does not count), id of the draft with the portrait ('' for none): once that has gone, the
-- portrait may have gone with it.
-- Returns {'full'}, {'gone'} where the draft is gone, {'trashed'} where the character is in the trash,
-- {'fast', the seconds until the minute ends}, or {'done', the record, and '1' if what other programs'
-- files said is kept}.
-- A char_id that does not exist is not marked.
-- The caller makes the char_id, so a repeated call finds the character and changes nothing.
-- include limits
local record = redis.call('HGET', characters, ARGV[1])
local data = redis.call('HGET', foreign, ARGV[1]) or ''
if record then
  return {'done', record, data == ARGV[6] and '1' or '0'}
end
if ARGV[8] ~= '' and redis.call('HEXISTS', drafts, ARGV[8]) == 0 then
  return {'gone'}
end
if redis.call('HEXISTS', trash, ARGV[1]) == 1 then
  return {'trashed'}
end
if redis.call('HLEN', characters) >= tonumber(ARGV[3]) then
  return {'full'}
end
if ARGV[7] ~= '0' then
  local count = redis.call('HINCRBY', rates, 'create', 1)
  if redis.call('TTL', rates) < 0 then
    redis.call('EXPIRE', rates, 60)
  end
  if count > tonumber(ARGV[7]) then
    return {'fast', math.max(1, redis.call('TTL', rates))}
  end
end
local size = #ARGV[6] - #data
for _, char_id in ipairs(redis.call('HKEYS', foreign)) do
  size = size + redis.call('HSTRLEN', foreign, char_id)
end
local fits = size <= FOREIGN_BYTES
redis.call('HSET', characters, ARGV[1], ARGV[2]) -- first, so that a full server refuses
redis.call('HDEL', foreign, ARGV[1]) -- of an earlier character, whose trash has ended
if ARGV[6] ~= '' and fits then
  redis.call('HSET', foreign, ARGV[1], ARGV[6])
end
local marked = ARGV[5] == '1' and redis.call('GET', active)
local keep = marked and redis.call('HEXISTS', characters, marked) == 1
if not keep and redis.call('HEXISTS', characters, ARGV[4]) == 1 then
  redis.call('SET', active, ARGV[4])
end
return {'done', ARGV[2], (ARGV[6] == '' or fits) and '1' or '0'}
