-- keys: characters, active, trash, foreign, preferences
-- Restores what a backup holds of a user. ARGV: '1' to replace what exists and differs, the active mark
-- ('' if the backup has none), then for each record 'characters', 'trash' or 'foreign', char_id, record,
-- or 'preferences', field, value. Returns for each record, and at the end for the mark: 'new', 'same',
-- 'replaced', or 'differs' where the existing one stays.
-- include limits
local replace = ARGV[1] == '1'
local keys = {characters = characters, trash = trash, foreign = foreign, preferences = preferences}
local others = {characters = 'trash', trash = 'characters'}
local kept = {characters = {}, trash = {}, foreign = {}, preferences = {}}
local outcomes = {}
local function must_write(before, after)
  local outcome = not before and 'new' or before == after and 'same' or replace and 'replaced' or 'differs'
  table.insert(outcomes, outcome)
  return outcome == 'new' or outcome == 'replaced'
end
local kinds = {
  [characters] = 'hash', [active] = 'string', [trash] = 'hash', [foreign] = 'hash', [preferences] = 'hash',
}
for key, kind in pairs(kinds) do
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= kind then -- another program's key
    for _ = 3, #ARGV, 3 do
      table.insert(outcomes, 'differs')
    end
    if ARGV[2] ~= '' then
      table.insert(outcomes, 'differs')
    end
    return outcomes
  end
end
for i = 3, #ARGV, 3 do
  kept[ARGV[i]][ARGV[i + 1]] = ARGV[i + 2]
end
for i = 3, #ARGV, 3 do
  local place, char_id, record = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local other = others[place]
  -- A character that was deleted or restored since the backup is in the other hash: it differs too.
  local moved = other and redis.call('HGET', keys[other], char_id)
  moved = moved and moved ~= kept[other][char_id]
  if must_write(redis.call('HGET', keys[place], char_id) or moved, record) then
    redis.call('HSET', keys[place], char_id, record)
    if moved then
      redis.call('HDEL', keys[other], char_id)
    end
    if place == 'trash' then
      redis.call('EXPIRE', trash, TRASH_SECONDS)
    end
  end
end
if ARGV[2] ~= '' and must_write(redis.call('GET', active), ARGV[2]) then
  redis.call('SET', active, ARGV[2])
end
return outcomes
