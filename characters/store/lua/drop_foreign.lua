-- keys: characters, trash, foreign
-- Removes what other programs' files said of characters that are neither in the roster nor in the
-- trash any more. ARGV: their char_ids.
for _, char_id in ipairs(ARGV) do
  local kept = redis.call('HEXISTS', characters, char_id) + redis.call('HEXISTS', trash, char_id)
  if kept == 0 then
    redis.call('HDEL', foreign, char_id)
  end
end
