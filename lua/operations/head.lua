-- head: where the partition stands.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  []
-- Answer   no items; extra is [Redis time the next is due or 0, seq of the oldest event still in the stream or 0]
-- Events   none
-- Cost     O(1)
-- Memory   reads only

local function head(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local trimmed = tonumber(redis.call('HGET', keys[6], 'trimmed'))
  return answer(batch, {}, {}, { next_due(batch), trimmed < batch.seq and trimmed + 1 or 0 })
end

register('head', head, { 'no-writes' })
