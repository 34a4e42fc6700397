-- keys: lobbies
-- Removes notes of lobbies that are still those read. ARGV: lobby id, time of its note, ...
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', lobbies, ARGV[i]) == ARGV[i + 1] then
    redis.call('ZREM', lobbies, ARGV[i])
  end
end
