-- keys: characters, drafts, trash, foreign
-- Replaces a record that is still the one read; what it was can go to the trash.
-- ARGV: char_id, record read, new record, id of the draft with the portrait ('' for none): once that
-- has gone, the portrait may have gone with it; id of the record in the trash ('' for none), and that
-- record.
-- Returns {'missing'}, {'changed'}, {'gone'} where the draft is gone, or {'done', '1' if there is
-- that record in the trash, record removed from the trash, ...}. A repeated call finds the new
-- record and changes nothing.
-- include limits
-- include version_of
-- include make_room
local current = redis.call('HGET', characters, ARGV[1])
if not current then
  return {'missing'}
end
if current ~= ARGV[2] and current ~= ARGV[3] then
  return {'changed'}
end
local is_new = current ~= ARGV[3]
if is_new and ARGV[4] ~= '' and redis.call('HEXISTS', drafts, ARGV[4]) == 0 then
  return {'gone'}
end
local answer = {}
if is_new and ARGV[5] ~= '' then
  redis.call('HSET', trash, ARGV[5], ARGV[6])
  redis.call('EXPIRE', trash, TRASH_SECONDS)
  answer = make_room(trash, foreign, ARGV[5])
end
redis.call('HSET', characters, ARGV[1], ARGV[3])
local is_kept = ARGV[5] ~= '' and redis.call('HEXISTS', trash, ARGV[5]) == 1
table.insert(answer, 1, is_kept and '1' or '0')
table.insert(answer, 1, 'done')
return answer
