-- keys: entries
-- Keeps an entry in a hash. ARGV: id, entry, seconds to keep, id of another entry ('' for none). Once
-- that has gone, nothing is kept, and 'gone' is returned.
-- include limits
-- include keep
if ARGV[4] ~= '' and redis.call('HEXISTS', entries, ARGV[4]) == 0 then
  return 'gone'
end
keep(entries, ARGV[1], ARGV[2], ARGV[3])
