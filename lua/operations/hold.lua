-- hold: takes units for buyers, item by item in order, for any number of SKUs of the partition.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [sku names, which name of each item (from 1), hold ids, buyers, quantities, not afters (ms), actors]
-- Answer   a code an item: CREATED; HOLD_REPLAYED (the id was used for the same before: the hold as it is now);
--          IDEMPOTENCY_MISMATCH, TOO_LATE, UNKNOWN_SKU, NOT_OPEN, SKU_PAUSED, SKU_CLOSED, BUYER_LIMIT, SOLD_OUT
-- Events   held; expired (holds found past their deadline); opened, closed (schedule)
-- Cost     O(items + SKUs); an item refused for the buyer's limit reads that buyer's holds, 16 at most
-- Memory   refused at maxmemory

local DUE_IDS_MAX = 256

-- A call of 1,000 items could find 16 stale holds for each; the sweep has them milliseconds later, an event that large
-- would stop the ledger.
local CHANGE_VALUES_MAX = 8 * 4000

-- An earlier request of this id. `key` is `sku|buyer` of this one.
local function replay(batch, item, sku, record)
  local hold = unpack_hold(item.id, record)
  if hold.key ~= item.key or hold.quantity ~= item.quantity then return IDEMPOTENCY_MISMATCH, 0 end
  if is_overdue(batch, hold) then
    end_hold(batch, sku, hold, EXPIRED, '', EXPIRY)
    put_buyer(batch, item.key, without_hold(item.usage, hold.quantity, hold.id))
  end
  return HOLD_REPLAYED, hold_values(hold)
end

local function refusal_of_state(sku)
  if sku.state == SCHEDULED then return NOT_OPEN, sku.opens_at end
  return sku.state == PAUSED and SKU_PAUSED or SKU_CLOSED, 0
end

-- Expires the buyer's own overdue holds, so that nobody is kept out by a hold the sweep has not reached.
-- Answers the buyer's record after.
local function expire_stale(batch, sku, key, usage)
  if batch.change_length > CHANGE_VALUES_MAX then return usage end
  local ids = live_ids(usage)
  local records = read_fields(batch.keys[2], ids)
  for index = 1, #ids do
    local record = batch.holds[ids[index]] or records[index]
    if record then
      local hold = unpack_hold(ids[index], record)
      if is_overdue(batch, hold) then
        end_hold(batch, sku, hold, EXPIRED, '', EXPIRY)
        usage = without_hold(usage, hold.quantity, hold.id)
        put_buyer(batch, key, usage)
      end
    end
  end
  return usage
end

local function refusal_of_limit(sku, usage, units)
  local detail = live_ids(usage)
  table.insert(detail, 1, math.max(sku.buyer_limit - units, 0))
  table.insert(detail, 1, sku.buyer_limit)
  return BUYER_LIMIT, detail
end

-- First bytes of the record of a new hold: the same for all of one SKU and quantity in this call.
local function head_of(batch, sku, quantity)
  local heads = sku.heads
  if not heads then
    heads = {}
    sku.heads = heads
  end
  local head = heads[quantity]
  if not head then
    head = struct.pack(HOLD_FORMAT, HELD, quantity, batch.now + sku.hold_ttl_ms)
    heads[quantity] = head
  end
  return head
end

local function take(batch, sku, item)
  local usage, quantity, key, id = item.usage, item.quantity, item.key, item.id
  local units = units_of(usage)
  local limit = sku.buyer_limit
  if limit > 0 and units + quantity > limit then
    usage = expire_stale(batch, sku, key, usage)
    units = units_of(usage)
    if units + quantity > limit then return refusal_of_limit(sku, usage, units) end
  end
  if quantity > sku.available then return SOLD_OUT, sku.available end
  local ttl = sku.hold_ttl_ms
  sku.available = sku.available - quantity
  sku.held = sku.held + quantity
  put_hold(batch, id, head_of(batch, sku, quantity) .. key)
  put_buyer(batch, key, with_hold(usage, units, quantity, id))
  change(batch, HELD, sku, id, item.buyer, quantity, batch.now + ttl, '', item.actor)
  local ids = batch.new_ids[ttl]
  if ids then ids[#ids + 1] = id else batch.new_ids[ttl] = { id } end
  return CREATED, ttl
end

local function decide(batch, sku, item, record)
  if record then return replay(batch, item, sku, record) end
  if batch.now > item.not_after then return TOO_LATE, 0 end
  if not sku then return UNKNOWN_SKU, 0 end
  if sku.state ~= OPEN then return refusal_of_state(sku) end
  return take(batch, sku, item)
end

-- One member carries up to 256 holds of one deadline: a member for each would double what a hold costs in memory.
local function add_deadlines(batch)
  local due = batch.due
  for ttl, ids in pairs(batch.new_ids) do
    for from = 1, #ids, DUE_IDS_MAX do
      due[#due + 1] = batch.now + ttl
      due[#due + 1] = 'H' .. table.concat(ids, '', from, math.min(from + DUE_IDS_MAX - 1, #ids))
    end
  end
end

local function hold(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local names, name_of, ids, buyers, quantities, not_afters, actors = unpack(cmsgpack.unpack(args[3]))
  assert_items(ids)
  local count = #ids
  local skus = load_skus(batch, names)
  for index = 1, #skus do
    if skus[index] then settle_schedule(batch, skus[index]) end
  end
  local buyer_keys = {}
  for index = 1, count do buyer_keys[index] = names[name_of[index]] .. '|' .. buyers[index] end
  local records = read_fields(keys[2], ids)
  local usages = read_fields(keys[3], buyer_keys)
  batch.new_ids = {}
  local codes, details, item = {}, {}, {}
  local written_holds, written_buyers = batch.holds, batch.buyers
  for index = 1, count do
    local id, key = ids[index], buyer_keys[index]
    local usage = written_buyers[key]
    if usage == nil then usage = usages[index] end
    item.id, item.key, item.usage, item.quantity = id, key, usage, quantities[index]
    item.buyer, item.not_after, item.actor = buyers[index], not_afters[index], actors[index]
    codes[index], details[index] = decide(batch, skus[name_of[index]], item, written_holds[id] or records[index])
  end
  add_deadlines(batch)
  return finish(batch, codes, details)
end

register('hold', hold, {})
