-- keys: characters, active, trash, drafts, foreign, preferences, imports, rates, forgotten
-- All that is kept of a user, at one moment, as read_user returns it.
-- ARGV: '0', or to remove all of it, with what waits to be imported, and the rates, the seconds for
-- which that is noted.
-- include read_user
local found = read_user(characters, active, trash, drafts, foreign, preferences)
if ARGV[1] ~= '0' then
  redis.call('SET', forgotten, '1', 'EX', ARGV[1])
  redis.call('DEL', characters, active, trash, drafts, foreign, preferences, imports, rates)
end
return found
