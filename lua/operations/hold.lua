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
local QUANTITY_MAX = 65535

-- A call of 1,000 items could find 16 stale holds for each; the sweep has them milliseconds later, an event that large
-- would stop the ledger.
local CHANGE_VALUES_MAX = 8 * 4000

-- An earlier request of this id. `key` is `sku|buyer` of this one, `usage` that buyer's record.
local function replay(batch, sku, record, id, key, quantity, usage)
  local hold = unpack_hold(id, record)
  if hold.key ~= key or hold.quantity ~= quantity then return IDEMPOTENCY_MISMATCH, 0 end
  if is_overdue(batch, hold) then
    end_hold(batch, sku, hold, EXPIRED, '', EXPIRY)
    put_buyer(batch, key, without_hold(usage, quantity, id))
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

-- First bytes of the record of a new hold: the same for all of one TTL and quantity in this call.
local function head_of(batch, sku, quantity)
  local head = sku.heads[quantity]
  if not head then
    head = struct.pack(HOLD_FORMAT, HELD, quantity, batch.now + sku.hold_ttl_ms)
    sku.heads[quantity] = head
  end
  return head
end

-- Ids are stored run together and quantities in two bytes: anything else would be read back as something else.
local function assert_storable(id, quantity)
  if #id ~= ID_LENGTH or quantity < 1 or quantity > QUANTITY_MAX then
    error('hold ' .. id .. ' of ' .. quantity .. ' cannot be stored')
  end
end

local function take(batch, sku, id, key, buyer, quantity, usage, actor)
  assert_storable(id, quantity)
  local units, limit = units_of(usage), sku.buyer_limit
  if limit > 0 and units + quantity > limit then
    usage = expire_stale(batch, sku, key, usage)
    units = units_of(usage)
    if units + quantity > limit then return refusal_of_limit(sku, usage, units) end
  end
  if quantity > sku.available then return SOLD_OUT, sku.available end
  sku.available = sku.available - quantity
  sku.held = sku.held + quantity
  put_hold(batch, id, head_of(batch, sku, quantity) .. key)
  put_buyer(batch, key, with_hold(usage, units, quantity, id))
  change(batch, HELD, sku, id, buyer, quantity, sku.new_deadline, '', actor)
  local ids = sku.new_ids
  ids[#ids + 1] = id
  return CREATED, sku.hold_ttl_ms
end

-- What this call needs of each SKU beside its record. SKUs with the same TTL share the list of new ids, because their holds
-- are due together, and the first bytes of the records: with many SKUs in a call that is 1 µs less a hold.
local function prepare(batch, skus)
  local ids_by_ttl, heads_by_ttl = {}, {}
  for index = 1, #skus do
    local sku = skus[index]
    if sku then
      settle_schedule(batch, sku)
      local ttl = sku.hold_ttl_ms
      if not ids_by_ttl[ttl] then ids_by_ttl[ttl], heads_by_ttl[ttl] = {}, {} end
      sku.heads, sku.new_ids, sku.new_deadline = heads_by_ttl[ttl], ids_by_ttl[ttl], batch.now + ttl
    end
  end
  return ids_by_ttl
end

-- One member carries up to 256 holds of one deadline: a member for each would double what a hold costs in memory.
local function add_deadlines(batch, ids_by_ttl)
  local due = batch.due
  for ttl, ids in pairs(ids_by_ttl) do
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
  local skus = load_skus(batch, names)
  local ids_by_ttl = prepare(batch, skus)
  local keys_of_buyers = {}
  for index = 1, #ids do keys_of_buyers[index] = names[name_of[index]] .. '|' .. buyers[index] end
  local records, usages = read_fields(keys[2], ids), read_fields(keys[3], keys_of_buyers)
  local codes, details, now = {}, {}, batch.now
  local written_holds, written_buyers = batch.holds, batch.buyers
  for index = 1, #ids do
    local id, key, quantity, sku = ids[index], keys_of_buyers[index], quantities[index], skus[name_of[index]]
    local record, usage = written_holds[id] or records[index], written_buyers[key]
    if usage == nil then usage = usages[index] end
    local code, detail
    if record then
      code, detail = replay(batch, sku, record, id, key, quantity, usage)
    elseif now > not_afters[index] then
      code, detail = TOO_LATE, 0
    elseif not sku then
      code, detail = UNKNOWN_SKU, 0
    elseif sku.state ~= OPEN then
      code, detail = refusal_of_state(sku)
    else
      code, detail = take(batch, sku, id, key, buyers[index], quantity, usage, actors[index])
    end
    codes[index], details[index] = code, detail
  end
  add_deadlines(batch, ids_by_ttl)
  return finish(batch, codes, details)
end

register('hold', hold, {})
