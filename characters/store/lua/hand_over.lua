local drafts, forgotten = KEYS[1], KEYS[2]
-- Keeps a draft that a process held, unless the user was forgotten meanwhile: the note of that then has
-- more time left than a note that is older than the draft. ARGV: id, draft, seconds to keep, entries
-- and bytes that there may be, the seconds that are left of a note as old as the draft.
-- include keep
if redis.call('TTL', forgotten) < tonumber(ARGV[6]) then
  keep(drafts, ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
end
