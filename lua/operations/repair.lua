-- repair: puts the counters of a SKU to what was recounted, brought by the events since to exactly the seq it is done at.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, seq of the recount, total, held, sold, reserved, seq of a second recount that found the same (0: none),
--          not after (ms), actor]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (it is so already); UNKNOWN_SKU, TOO_LATE, RECOUNT_IS_OLD (more than 32 events ago),
--          GIVES_BACK (there would be more available than now, and not two recounts at this very seq),
--          INSUFFICIENT_STOCK (more is held, sold and reserved than there is, or less than nothing is held), TOTAL_OUT_OF_RANGE
-- Events   repaired (quantity: change of available; detail: JSON of [old, new] by counter); opened, closed (schedule, before it)
-- Cost     O(changes since the recount): 32 events at most
-- Memory   allow-oom: it grows nothing but the event, and too much on sale must not wait for memory

local EVENTS_MAX = 32
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

-- Adds to the recount what the changes of one event say of SKU number `index`; of the reserve only those meant to change it.
local function add_changes(wanted, changes, index, view_reserved)
  for at = 1, #changes, 8 do
    if changes[at + 1] == index then
      local kind, units, detail = changes[at], changes[at + 4], changes[at + 6]
      if kind == HELD then
        wanted.held = wanted.held + units
      elseif kind <= EXPIRED then
        wanted.held = wanted.held - units
        if kind == CONFIRMED then wanted.sold = wanted.sold + units end
      elseif kind == ADJUSTED then
        wanted.total = wanted.total + units
      elseif (kind == PATCHED or kind == REPAIRED) and string.find(detail, '"reserved":', 1, true) then
        wanted.reserved = view_reserved
      end
    end
  end
end

-- Brings the recount from `seq` to now: a busy partition never stands still for as long as it takes to ask. False when that
-- is too long ago, or its events are gone.
local function roll_on(batch, wanted, name, seq)
  local missing = batch.seq - seq
  if missing == 0 then return true end
  if missing < 0 or missing > EVENTS_MAX then return false end
  local entries = redis.call('XRANGE', batch.keys[5], string.format('(%.0f-0', seq), '+', 'COUNT', EVENTS_MAX)
  if #entries ~= missing then return false end
  for place = 1, missing do
    local event = cmsgpack.unpack(entries[place][2][2])
    local views, changes = event[6], event[7]
    for at = 1, #views, VIEW_LENGTH do
      if views[at] == name then add_changes(wanted, changes, (at - 1) / VIEW_LENGTH + 1, views[at + 6]) end
    end
  end
  wanted.available = wanted.total - wanted.held - wanted.sold - wanted.reserved
  return true
end

-- The rule of every repair: one recount may withhold. Only two that agree, with nothing between them and now, may give back.
local function may_write(batch, sku, wanted, seq, second_seq)
  return wanted.available <= sku.available or (seq == batch.seq and second_seq == batch.seq)
end

local function repair(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local name, seq, total, held, sold, reserved, second_seq, not_after, actor = unpack(cmsgpack.unpack(args[3]))
  local wanted = { total = total, available = total - held - sold - reserved, held = held, sold = sold, reserved = reserved }
  local sku = load_skus(batch, { name })[1]
  if not sku then return answer(batch, { UNKNOWN_SKU }, { 0 }, 0) end
  if batch.now > not_after then return answer(batch, { TOO_LATE }, { 0 }, 0) end
  if not roll_on(batch, wanted, name, seq) then return answer(batch, { RECOUNT_IS_OLD }, { 0 }, 0) end
  local detail = differences(sku, wanted)
  if detail == '' then return answer(batch, { SKU_UNCHANGED }, { 1 }, 0) end
  if wanted.total > TOTAL_MAX then return answer(batch, { TOTAL_OUT_OF_RANGE }, { wanted.total }, 0) end
  if wanted.available < 0 or wanted.held < 0 then return answer(batch, { INSUFFICIENT_STOCK }, { sku.available }, 0) end
  if not may_write(batch, sku, wanted, seq, second_seq) then return answer(batch, { GIVES_BACK }, { 0 }, 0) end
  settle_schedule(batch, sku)
  change(batch, REPAIRED, sku, '', '', wanted.available - sku.available, 0, '{' .. detail .. '}', actor)
  for index = 1, #COUNTERS do sku[COUNTERS[index]] = wanted[COUNTERS[index]] end
  return finish(batch, { SKU_CHANGED }, { 1 })
end

register('repair', repair, { 'allow-oom' })
