local characters, active, foreign = KEYS[1], KEYS[2], KEYS[3]
-- Adds a character, marks one as active and returns the record.
-- ARGV: char_id, record, roster limit, char_id to mark, '1' to keep the mark of an existing character,
-- what other programs' files said of it ('' for nothing), bytes that a user may have of that.
-- A char_id that does not exist is not marked.
-- The caller makes the char_id, so a repeated call finds the character and changes nothing.
local record = redis.call('HGET', characters, ARGV[1])
if record then
  return record
end
if redis.call('HLEN', characters) >= tonumber(ARGV[3]) then
  return 'full'
end
redis.call('HSET', characters, ARGV[1], ARGV[2])
if ARGV[6] ~= '' then
  local size = #ARGV[6]
  for _, data in ipairs(redis.call('HVALS', foreign)) do
    size = size + #data
  end
  if size <= tonumber(ARGV[7]) then
    redis.call('HSET', foreign, ARGV[1], ARGV[6])
  end
end
local marked = ARGV[5] == '1' and redis.call('GET', active)
local keep = marked and redis.call('HEXISTS', characters, marked) == 1
if not keep and redis.call('HEXISTS', characters, ARGV[4]) == 1 then
  redis.call('SET', active, ARGV[4])
end
return ARGV[2]
