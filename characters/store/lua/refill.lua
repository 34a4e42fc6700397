-- Brings back what a backup holds of a user. ARGV: '1' to replace what is there and differs, seconds to keep the
-- trash, the active mark ('' where the backup has none), then triples: 'characters' or 'trash', char_id, record.
-- Returns for each triple, and at last for the mark: 'new', 'same', 'replaced', or 'differs' where it was left alone.
local replace = ARGV[1] == '1'
local keys = {characters = KEYS[1], trash = KEYS[3]}
local others = {characters = 'trash', trash = 'characters'}
local kept = {characters = {}, trash = {}}
local outcomes = {}
local function written(before, after)
  local outcome = not before and 'new' or before == after and 'same' or replace and 'replaced' or 'differs'
  table.insert(outcomes, outcome)
  return outcome == 'new' or outcome == 'replaced'
end
for i, kind in ipairs({'hash', 'string', 'hash'}) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then  -- a key that is not of our making
    for _ = 4, #ARGV, 3 do
      table.insert(outcomes, 'differs')
    end
    if ARGV[3] ~= '' then
      table.insert(outcomes, 'differs')
    end
    return outcomes
  end
end
for i = 4, #ARGV, 3 do
  kept[ARGV[i]][ARGV[i + 1]] = ARGV[i + 2]
end
for i = 4, #ARGV, 3 do
  local place, char_id, record = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local other = others[place]
  -- Deleted or restored since the backup, the character is in the other place: that differs too.
  local moved = redis.call('HGET', keys[other], char_id)
  moved = moved and moved ~= kept[other][char_id]
  if written(redis.call('HGET', keys[place], char_id) or moved, record) then
    redis.call('HSET', keys[place], char_id, record)
    if moved then
      redis.call('HDEL', keys[other], char_id)
    end
    if place == 'trash' then
      redis.call('EXPIRE', KEYS[3], ARGV[2])
    end
  end
end
if ARGV[3] ~= '' and written(redis.call('GET', KEYS[2]), ARGV[3]) then
  redis.call('SET', KEYS[2], ARGV[3])
end
return outcomes
