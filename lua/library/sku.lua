-- SKU records: state, total, available, held, sold, reserved, buyer limit, hold TTL ms, opens at, closes at.

local SKU_FORMAT = '>BI4I4I4I4I4I4I4I6I6'
local SCHEDULED, OPEN, PAUSED, CLOSED = 0, 1, 2, 3
local STATE_NAMES = { [0] = 'scheduled', 'open', 'paused', 'closed' }
local TOTAL_MAX = 1000000000
local VIEW_LENGTH = 11

local function unpack_sku(name, record)
  local state, total, available, held, sold, reserved, limit, ttl, opens, closes = struct.unpack(SKU_FORMAT, record)
  return {
    name = name, state = state, total = total, available = available, held = held, sold = sold,
    reserved = reserved, buyer_limit = limit, hold_ttl_ms = ttl, opens_at = opens, closes_at = closes,
    index = 0,
  }
end

local function pack_sku(sku)
  return struct.pack(SKU_FORMAT, sku.state, sku.total, sku.available, sku.held, sku.sold, sku.reserved,
    sku.buyer_limit, sku.hold_ttl_ms, sku.opens_at, sku.closes_at)
end

-- The stock equation, checked before the first write of every call: a mistake here must not reach the store.
local function assert_conserved(sku)
  local available, held, sold, reserved = sku.available, sku.held, sku.sold, sku.reserved
  if available < 0 or held < 0 or sold < 0 or reserved < 0
    or sku.total ~= available + held + sold + reserved or sku.total > TOTAL_MAX then
    error('stock of ' .. sku.name .. ' would not be conserved')
  end
end

-- Appends a view to `views`, a flat list that has `length` values, and answers its new length.
local function append_view(views, length, sku)
  views[length + 1] = sku.name
  views[length + 2] = sku.state
  views[length + 3] = sku.total
  views[length + 4] = sku.available
  views[length + 5] = sku.held
  views[length + 6] = sku.sold
  views[length + 7] = sku.reserved
  views[length + 8] = sku.buyer_limit
  views[length + 9] = sku.hold_ttl_ms
  views[length + 10] = sku.opens_at
  views[length + 11] = sku.closes_at
  return length + VIEW_LENGTH
end

-- SKUs aligned with `names`, false where unknown; those known count as touched by this call. Names may repeat.
local function load_skus(batch, names)
  local known, touched = batch.skus, batch.touched
  local records = read_fields(batch.keys[1], names)
  local skus = {}
  for index = 1, #names do
    local name = names[index]
    local sku = known[name]
    if not sku and records[index] then
      sku = unpack_sku(name, records[index])
      known[name] = sku
      touched[#touched + 1] = sku
    end
    skus[index] = sku or false
  end
  return skus
end
