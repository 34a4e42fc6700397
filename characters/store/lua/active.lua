-- keys: characters, active
-- The active character of a user as one string, since an array would take the server longer: a byte
-- that says how long the id is, the id, the record. Of a longer id returns {char_id, record}; of a user
-- without a valid mark the whole roster, from which the caller picks, as {char_id, record, ...}. On a
-- cluster the mark may be on another node just then, if the script was told one key only.
local marked = redis.pcall('GET', active)
if type(marked) == 'table' then
  local message = tostring(marked.err)
  if not message:find('^WRONGTYPE') and not message:find('non local key', 1, true) then
    return marked
  end
  marked = false
end
local record = marked and redis.call('HGET', characters, marked)
if record and #marked < 256 then
  return string.char(#marked) .. marked .. record
end
return record and {marked, record} or redis.call('HGETALL', characters)
