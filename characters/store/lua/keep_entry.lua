local entries = KEYS[1]
-- Keeps an entry in a hash. ARGV: id, entry, seconds to keep, entries and bytes that there may be, id of
-- another entry ('' for none). Once that has gone, nothing is kept, and 'gone' is returned.
-- include keep
if ARGV[6] ~= '' and redis.call('HEXISTS', entries, ARGV[6]) == 0 then
  return 'gone'
end
keep(entries, ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
