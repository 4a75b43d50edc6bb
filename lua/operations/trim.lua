-- trim: removes the oldest events, never one the ledger does not have.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [seq the ledger has committed, first seq to keep]
-- Answer   no items; extra is [seq of the oldest event still in the stream or 0]; ask again while that is less than wanted
-- Events   none
-- Cost     O(events removed), 1,000 at most
-- Memory   allow-oom: it frees memory

local REMOVED_MAX = 1000

local function trim(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local committed, keep_from = unpack(cmsgpack.unpack(args[3]))
  local trimmed = tonumber(redis.call('HGET', keys[6], 'trimmed'))
  local first = math.min(keep_from, committed + 1, batch.seq + 1, trimmed + 1 + REMOVED_MAX)
  if first > trimmed + 1 then
    redis.call('XTRIM', keys[5], 'MINID', string.format('%.0f-0', first))
    trimmed = first - 1
    redis.call('HSET', keys[6], 'trimmed', trimmed)
  end
  return answer(batch, {}, {}, { trimmed < batch.seq and trimmed + 1 or 0 })
end

register('trim', trim, { 'allow-oom' })
