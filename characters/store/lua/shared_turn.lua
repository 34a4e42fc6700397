-- keys: turns
-- Actions of a user that run one after the other, in all processes; field: token of an action,
-- value: its number. Only the action whose turn it is keeps the key; so all of it ends, and who
-- waits comes anew, where that process was killed.
-- ARGV: token, seconds until it ends (0 ends it now), '1' where it may be a new one.
-- Returns the token whose turn it is, or ''.
if ARGV[2] == '0' then
  redis.call('HDEL', turns, ARGV[1])
end
local entries = redis.call('HGETALL', turns)
local first, lowest, highest, known = '', math.huge, 0, false
for index = 1, #entries, 2 do
  local number = tonumber(entries[index + 1])
  highest = math.max(highest, number)
  known = known or entries[index] == ARGV[1]
  if number < lowest then
    first, lowest = entries[index], number
  end
end
if not known and ARGV[2] ~= '0' and ARGV[3] == '1' then
  local last = string.format('%d', highest + 1)
  redis.call('HSET', turns, ARGV[1], last)
  if first == '' then
    first = ARGV[1]
  end
end
if first == ARGV[1] and ARGV[2] ~= '0' then
  redis.call('EXPIRE', turns, ARGV[2])
end
return first
