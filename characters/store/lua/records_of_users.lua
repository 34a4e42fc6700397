-- keys: characters
-- All that is kept of users of one server, of each at one moment, as read_user returns it. KEYS: the
-- characters of each user.
-- include read_user
local found = {}
for user = 1, #KEYS do
  characters = KEYS[user]
  local function key(kind)
    return (characters:gsub('characters', kind, 1))
  end
  found[user] = read_user(
    characters, key('active_char'), key('trash'), key('drafts'), key('foreign'), key('preferences')
  )
end
return found
