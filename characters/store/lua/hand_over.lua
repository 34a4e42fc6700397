-- keys: drafts, forgotten
-- Keeps a draft that a process held, unless the user was forgotten meanwhile: the note of that then has
-- more time left than a note that is older than the draft. ARGV: id, draft, seconds to keep, the
-- seconds that are left of a note as old as the draft.
-- include limits
-- include keep
if redis.call('TTL', forgotten) < tonumber(ARGV[4]) then
  keep(drafts, ARGV[1], ARGV[2], ARGV[3])
end
