-- repair: puts the counters of a SKU to what was recounted, at exactly the seq of the recount.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, seq of the recount, total, held, sold, reserved, seq of a second recount that found the same (0: none),
--          not after (ms), actor]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (it is so already); UNKNOWN_SKU, TOO_LATE, RECOUNT_IS_OLD (something happened since),
--          GIVES_BACK (there would be more available than now, and no second recount), INSUFFICIENT_STOCK (more is held, sold
--          and reserved than there is), TOTAL_OUT_OF_RANGE
-- Events   repaired (quantity: change of available; detail: JSON of [old, new] by counter); opened, closed (schedule, before it)
-- Cost     O(1)
-- Memory   allow-oom: it grows nothing but the event, and too much on sale must not wait for memory

local COUNTERS = { 'total', 'available', 'held', 'sold', 'reserved' }

-- JSON of what differs from `sku`, empty when nothing does.
local function differences(sku, wanted)
  local parts = {}
  for index = 1, #COUNTERS do
    local name = COUNTERS[index]
    if sku[name] ~= wanted[name] then parts[#parts + 1] = string.format('"%s":[%.0f,%.0f]', name, sku[name], wanted[name]) end
  end
  return table.concat(parts, ',')
end

local function repair(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local name, seq, total, held, sold, reserved, second_seq, not_after, actor = unpack(cmsgpack.unpack(args[3]))
  local wanted = { total = total, available = total - held - sold - reserved, held = held, sold = sold, reserved = reserved }
  local sku = load_skus(batch, { name })[1]
  if not sku then return answer(batch, { UNKNOWN_SKU }, { 0 }, 0) end
  local detail = differences(sku, wanted)
  if detail == '' then return answer(batch, { SKU_UNCHANGED }, { 1 }, 0) end
  if batch.now > not_after then return answer(batch, { TOO_LATE }, { 0 }, 0) end
  if batch.seq ~= seq then return answer(batch, { RECOUNT_IS_OLD }, { 0 }, 0) end
  if total > TOTAL_MAX then return answer(batch, { TOTAL_OUT_OF_RANGE }, { total }, 0) end
  if wanted.available < 0 then return answer(batch, { INSUFFICIENT_STOCK }, { sku.available }, 0) end
  -- The rule of every repair: one recount may withhold. Only two that agree, with nothing between them, may give back.
  if wanted.available > sku.available and second_seq ~= seq then return answer(batch, { GIVES_BACK }, { 0 }, 0) end
  settle_schedule(batch, sku)
  change(batch, REPAIRED, sku, '', '', wanted.available - sku.available, 0, '{' .. detail .. '}', actor)
  for index = 1, #COUNTERS do sku[COUNTERS[index]] = wanted[COUNTERS[index]] end
  return finish(batch, { SKU_CHANGED }, { 1 })
end

register('repair', repair, { 'allow-oom' })
