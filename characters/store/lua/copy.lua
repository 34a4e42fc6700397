-- Makes the key KEYS[1] of a dump, unless there is one already. ARGV: milliseconds that it lives (0: for ever), the dump.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('RESTORE', KEYS[1], ARGV[1], ARGV[2])
end
return redis.status_reply('OK')
