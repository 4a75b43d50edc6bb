-- A recovery (src/recovery/) seals a partition by storing its new epoch below zero: no epoch a call can name is that, so
-- every other function refuses, of this version and of others, at no cost to them.

-- A recovery overtaken by a later one must not undo what that did, however late its calls arrive. Answers the refusal.
local function refuse_overtaken(keys, args)
  local found = tonumber(redis.call('HGET', keys[6], 'epoch') or 0)
  if math.abs(found) > tonumber(args[1]) then return cmsgpack.pack({ STATUS_WRONG_EPOCH, found }) end
end

local function restoring_answer(seq)
  return cmsgpack.pack({ STATUS_DONE, seq, read_clock(), 0, {}, {}, {}, 0 })
end
