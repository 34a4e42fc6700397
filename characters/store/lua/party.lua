local characters = KEYS[1]
-- The active characters of users, each as active.lua returns it. KEYS: the characters of each user.
-- include active_character
local party, active = {}, {}
for user = 1, #KEYS do
  active[user] = (KEYS[user]:gsub('characters', 'active_char', 1))
end
local marks = redis.call('MGET', unpack(active))
for user = 1, #KEYS do
  party[user] = active_character(KEYS[user], marks[user])
end
return party
