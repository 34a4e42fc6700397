-- keys: key
-- Makes a key of a dump, unless the key exists. ARGV: milliseconds to live (0: for ever), the dump.
if redis.call('EXISTS', key) == 0 then
  redis.call('RESTORE', key, ARGV[1], ARGV[2])
end
return redis.status_reply('OK')
