-- Removes the key KEYS[1] where it is still what the caller dumped. ARGV: the dump. Returns 1, or 0 where it has changed.
if redis.call('DUMP', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
