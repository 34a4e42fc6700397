-- Reads a record that can be changed as text: a JSON object with a name and without nested values.
-- Returns for each field where its value begins and where what follows it begins. Returns nil for
-- any other record, also for some that are valid: the caller changes them as JSON.
local MOST_BYTES, MOST_DIGITS = 16384, 40
local WORDS = {['null'] = true, ['true'] = true, ['false'] = true, ['0'] = true}
local NO_NAME = { -- white space, escaped or not, with which a valid name does not begin
  '^["\\%s]', '^\194[\133\160]', '^\225\154\128', '^\226\128', '^\226\129\159', '^\227\128\128',
}

local function is_utf8(text)
  local too_long = text:find('\224[\128-\159]') or text:find('\240[\128-\143]')
  if too_long or text:find('\237[\160-\191]') or text:find('\244[\144-\191]') then
    return false
  end
  text = text:gsub('[\194-\223][\128-\191]', '?'):gsub('[\224-\239][\128-\191][\128-\191]', '?')
  return not text:gsub('[\240-\244][\128-\191][\128-\191][\128-\191]', '?'):find('[\128-\255]')
end

local function is_scalar(word)
  if WORDS[word] then
    return true
  end
  local is_number = word and (word:find('^%-?[1-9]%d*$') or word:find('^%-?[1-9]%d*%.%d+$'))
  return (is_number or word and word:find('^0%.%d+$')) and #word <= MOST_DIGITS
end

local function has_name(record, name)
  if not name or record:sub(name.first, name.first) ~= '"' then
    return false
  end
  for _, pattern in ipairs(NO_NAME) do
    if record:find(pattern, name.first + 1) then
      return false
    end
  end
  return true
end

local function flat_fields(record)
  if #record > MOST_BYTES then
    return nil
  end
  local is_ascii = record:find('^[ -~]*$') -- anchored: five times as fast as a search for others
  if not is_ascii and (record:find('%c') or not is_utf8(record)) then
    return nil
  end
  local text, fields, position = record, {}, record:match('^{()')
  if text:find('\\', 1, true) then
    text = text:gsub('\\["\\/bfnrt]', '__') -- what is escaped ends no text
  end
  if text:find('\\', 1, true) then
    return nil
  end
  while position do
    local key, first = text:match('^"([^"]*)": ?()', position)
    local after
    if key and text:sub(first, first) == '"' then
      after = (text:find('"', first + 1, true) or #text) + 1
    elseif key then
      local word = text:match('^[%w.-]+', first)
      after = is_scalar(word) and first + #word
    end
    if not after then
      return nil
    end
    fields[key] = {first = first, after = after}
    if after == #text and text:sub(after) == '}' then
      return has_name(record, fields.name) and fields or nil
    end
    position = text:match('^, ?()', after)
  end
end
