-- initialise: makes the partition's `meta` where there is none and that is allowed; else only says what is there, for the
-- engine to compare. Does not check epoch or seq.
--
-- KEYS     as in lua/README.md
-- ARGV     epoch, 0, [partitions, format, whether it may be made (0 or 1)]
-- Answer   [0, epoch, partitions, format, seq, whether this call made it (0 or 1)]; [3] when there is none and it may not be made
-- Events   none
-- Cost     O(1)
-- Memory   refused at maxmemory

local function initialise(keys, args)
  local partitions, format, may_create = unpack(cmsgpack.unpack(args[3]))
  local meta = redis.call('HMGET', keys[6], 'epoch', 'partitions', 'format', 'seq')
  if meta[1] then
    return cmsgpack.pack({ STATUS_DONE, tonumber(meta[1]), tonumber(meta[2]), tonumber(meta[3]), tonumber(meta[4]), 0 })
  end
  if may_create ~= 1 then return cmsgpack.pack({ STATUS_NOT_INITIALISED }) end
  redis.call('HSET', keys[6], 'format', format, 'partitions', partitions, 'epoch', args[1], 'seq', 0,
    'last', read_clock(), 'trimmed', 0)
  return cmsgpack.pack({ STATUS_DONE, tonumber(args[1]), partitions, format, 0, 1 })
end

register('initialise', initialise, {})
