-- restore_end: everything is back: from here on the partition answers calls of the new epoch.
--
-- KEYS     as in lua/README.md
-- ARGV     the new epoch, 0, []
-- Answer   no items
-- Events   none
-- Cost     O(1)
-- Memory   allow-oom: a recovery must not fail for want of memory

local function restore_end(keys, args)
  local found = redis.call('HGET', keys[6], 'epoch')
  if found == '-' .. args[1] then redis.call('HSET', keys[6], 'epoch', args[1])
  elseif found ~= args[1] then return cmsgpack.pack({ STATUS_WRONG_EPOCH, tonumber(found or 0) }) end
  return restoring_answer(0)
end

register('restore_end', restore_end, { 'allow-oom' })
