local characters, active, trash, drafts, foreign, preferences, imports, rates = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8]
-- All that is kept of a user, at one moment, as read_user returns it.
-- ARGV: '1' to remove all of it, with what waits to be imported, and the rates.
-- include read_user
local found = read_user(characters, active, trash, drafts, foreign, preferences)
if ARGV[1] == '1' then
  redis.call('DEL', characters, active, trash, drafts, foreign, preferences, imports, rates)
end
return found
