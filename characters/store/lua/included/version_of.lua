-- The id, as JSON, of the character of which a record in the trash is an earlier version; nil for one
-- that was deleted. A text has a backslash before its quotation marks, so it can't look like this.
local function version_of(record)
  local note = '"trashed": ?{"at": ?[%d.]+, ?"active": ?%a+, ?"earlier": ?"%a+", ?"of": ?(".-")}'
  return record:match(note)
end
