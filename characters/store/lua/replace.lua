local characters, active, drafts = KEYS[1], KEYS[2], KEYS[3]
-- Replaces a record that is still the one read. ARGV: char_id, record read, new record,
-- '1' to mark the character as active too, id of the draft with the portrait ('' for none): once that
-- has gone, the portrait may have gone with it. A repeated call finds the new record.
local current = redis.call('HGET', characters, ARGV[1])
if not current then
  return 'missing'
end
if current ~= ARGV[2] and current ~= ARGV[3] then
  return 'changed'
end
if current ~= ARGV[3] and ARGV[5] ~= '' and redis.call('HEXISTS', drafts, ARGV[5]) == 0 then
  return 'gone'
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
if ARGV[4] == '1' then
  redis.call('SET', active, ARGV[1])
end
return 'done'
