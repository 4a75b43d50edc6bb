-- seal: begins a recovery: no call of any epoch is answered any more but those that restore this one. What is stored stays,
-- so that what the stream still has can be written to the ledger. A partition that is not there is made, sealed and empty.
--
-- KEYS     as in lua/README.md
-- ARGV     the new epoch, 0, [partitions, format]
-- Answer   no items; the answer's seq is how far the partition had come
-- Events   none
-- Cost     O(1)
-- Memory   allow-oom: a recovery must not fail for want of memory

local function seal(keys, args)
  local partitions, format = unpack(cmsgpack.unpack(args[3]))
  local refusal = refuse_overtaken(keys, args)
  if refusal then return refusal end
  local seq = tonumber(redis.call('HGET', keys[6], 'seq') or 0)
  if redis.call('EXISTS', keys[6]) == 0 then
    redis.call('HSET', keys[6], 'format', format, 'partitions', partitions, 'seq', 0, 'last', read_clock(), 'trimmed', 0)
  end
  redis.call('HSET', keys[6], 'epoch', '-' .. args[1])
  return restoring_answer(seq)
end

register('seal', seal, { 'allow-oom' })
