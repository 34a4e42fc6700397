-- keys: key
-- Removes a key that is still what the caller dumped. ARGV: the dump. Returns 1, or 0 if it changed.
if redis.call('DUMP', key) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', key)
