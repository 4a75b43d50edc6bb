-- restore_begin: empties a partition, to be filled by `restore` and opened by `restore_end`. Until then it is sealed.
--
-- KEYS     as in lua/README.md
-- ARGV     the new epoch, 0, [partitions, format, latest time the ledger has of it (ms)]
-- Answer   no items
-- Events   none
-- Cost     O(1): the keys are freed by another thread
-- Memory   allow-oom: it frees memory

local function restore_begin(keys, args)
  local partitions, format, last = unpack(cmsgpack.unpack(args[3]))
  local refusal = refuse_overtaken(keys, args)
  if refusal then return refusal end
  redis.call('UNLINK', unpack(keys))
  redis.call('HSET', keys[6], 'format', format, 'partitions', partitions, 'epoch', '-' .. args[1], 'seq', 0,
    'last', math.max(read_clock(), last), 'trimmed', 0)
  return restoring_answer(0)
end

register('restore_begin', restore_begin, { 'allow-oom' })
