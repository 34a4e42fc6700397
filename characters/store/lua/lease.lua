-- keys: lease
-- One process at a time: takes the lease, renews it, or gives it up.
-- ARGV: 'take', 'renew' or 'release', the token of who asks, seconds until the lease ends.
-- Returns the token that had the lease before, or '' where it was free.
local held = redis.call('GET', lease)
if held == ARGV[2] and ARGV[1] == 'release' then
  redis.call('DEL', lease)
elseif held == ARGV[2] or not held and ARGV[1] == 'take' then
  redis.call('SET', lease, ARGV[2], 'EX', ARGV[3])
end
return held or ''
