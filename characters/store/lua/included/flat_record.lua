-- Reads a record that can be changed as text: a JSON object with a name and without nested values.
-- Returns {used = where the value of last_used begins, after = where what follows it begins, trashed =
-- true where there is such a field}. Returns nil for any other record, also for some that are valid:
-- the caller changes them as JSON.
local MOST_BYTES, MOST_DIGITS = 16384, 40

local function is_utf8(text)
  local too_long = text:find('\224[\128-\159]') or text:find('\240[\128-\143]')
  if too_long or text:find('\237[\160-\191]') or text:find('\244[\144-\191]') then
    return false
  end
  text = text:gsub('[\194-\223][\128-\191]', '?'):gsub('[\224-\239][\128-\191][\128-\191]', '?')
  return not text:gsub('[\240-\244][\128-\191][\128-\191][\128-\191]', '?'):find('[\128-\255]')
end

local function is_scalar(word)
  if not word or word == 'null' or word == 'true' or word == 'false' or word == '0' then
    return word
  end
  local is_number = word:find('^%-?[1-9]%d*%.%d+$') or word:find('^%-?[1-9]%d*$')
  return (is_number or word:find('^0%.%d+$')) and #word <= MOST_DIGITS
end

-- Whether a text begins as a valid name does: without white space, escaped or not.
local function is_name(record, first)
  local at = first + 1
  return not (
    record:find('^["\\%s]', at) or record:find('^\194[\133\160]', at) or record:find('^\225\154\128', at)
    or record:find('^\226\128', at) or record:find('^\226\129\159', at)
    or record:find('^\227\128\128', at)
  )
end

local function flat_record(record)
  if #record > MOST_BYTES then
    return nil
  end
  local is_ascii = record:find('^[ -~]*$') -- anchored: five times as fast as a search for others
  if not is_ascii and (record:find('%c') or not is_utf8(record)) then
    return nil
  end
  local text = record
  if text:find('\\', 1, true) then
    text = text:gsub('\\["\\/bfnrt]', '__') -- what is escaped ends no text
    if text:find('\\', 1, true) then
      return nil
    end
  end
  local found, named = {}, false
  local key, first, letter = text:match('^{"([^"]*)": ?()(.)')
  while key do
    local word, after
    if letter == '"' then
      after = (text:find('"', first + 1, true) or #text) + 1
    else
      word, after = text:match('^([%w.-]+)()', first)
      if not is_scalar(word) then
        return nil
      end
    end
    if key == 'name' then
      named = letter == '"' and is_name(record, first)
    elseif key == 'last_used' then
      found.used, found.after = first, after
    elseif key == 'trashed' then
      found.trashed = true
    end
    if after == #text and text:sub(after) == '}' then
      return named and found or nil
    end
    key, first, letter = text:match('^, ?"([^"]*)": ?()(.)', after)
  end
end
