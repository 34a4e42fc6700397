-- One process at a time: takes the claim KEYS[1], renews it, or lets go of it. ARGV: 'take', 'renew' or 'release',
-- the token of whoever asks, seconds that the claim lasts. Returns whose it was before, or '' where it was free.
local held = redis.call('GET', KEYS[1])
if held == ARGV[2] and ARGV[1] == 'release' then
  redis.call('DEL', KEYS[1])
elseif held == ARGV[2] or not held and ARGV[1] == 'take' then
  redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
end
return held or ''
