-- patch: changes rules of a SKU; a field of -1 stays as it is.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, buyer limit, hold TTL ms, opens at, closes at, reserved units, reserved percent, not after (ms), actor]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (it was so already); UNKNOWN_SKU, TOO_LATE, INSUFFICIENT_STOCK (the new reserve
--          would take units that are held or sold)
-- Events   patched (detail: JSON of [old, new] by rule); opened, closed (schedule, before or because of the change)
-- Cost     O(log deadlines)
-- Memory   refused at maxmemory

local RULES = {
  { field = 'buyer_limit', name = 'buyerLimit' },
  { field = 'hold_ttl_ms', name = 'holdTtlMs' },
  { field = 'opens_at', name = 'opensAt' },
  { field = 'closes_at', name = 'closesAt' },
  { field = 'reserved', name = 'reserved' },
}

-- JSON of what differs from `sku`, empty when nothing does.
local function differences(sku, wanted)
  local parts = {}
  for index = 1, #RULES do
    local rule = RULES[index]
    local old, new = sku[rule.field], wanted[rule.field]
    if new ~= old then parts[#parts + 1] = string.format('"%s":[%.0f,%.0f]', rule.name, old, new) end
  end
  return table.concat(parts, ',')
end

local function wanted_rules(sku, fields)
  local _, limit, ttl, opens, closes, units, percent = unpack(fields)
  local reserved = sku.reserved
  if units >= 0 then reserved = units end
  -- In hundredths of a percent, which are whole: 0.07 % of 10,000 is 7, not 7.000000000000001 rounded up.
  if percent >= 0 then reserved = math.ceil(math.floor(percent * 100 + 0.5) * sku.total / 10000) end
  return {
    buyer_limit = limit >= 0 and limit or sku.buyer_limit,
    hold_ttl_ms = ttl >= 0 and ttl or sku.hold_ttl_ms,
    opens_at = opens >= 0 and opens or sku.opens_at,
    closes_at = closes >= 0 and closes or sku.closes_at,
    reserved = reserved,
  }
end

local function apply(batch, sku, wanted, detail, actor)
  if wanted.opens_at ~= sku.opens_at then schedule(batch, 'O', sku, wanted.opens_at) end
  if wanted.closes_at ~= sku.closes_at then schedule(batch, 'C', sku, wanted.closes_at) end
  sku.available = sku.available + sku.reserved - wanted.reserved
  for index = 1, #RULES do
    local field = RULES[index].field
    sku[field] = wanted[field]
  end
  change_sku(batch, PATCHED, sku, '{' .. detail .. '}', actor)
  settle_schedule(batch, sku)
end

local function patch(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local fields = cmsgpack.unpack(args[3])
  local not_after, actor = fields[8], fields[9]
  local sku = load_skus(batch, { fields[1] })[1]
  if not sku then return answer(batch, { UNKNOWN_SKU }, { 0 }, 0) end
  settle_schedule(batch, sku)
  local wanted = wanted_rules(sku, fields)
  local detail = differences(sku, wanted)
  if detail == '' then return finish(batch, { SKU_UNCHANGED }, { 1 }) end
  if batch.now > not_after then return finish(batch, { TOO_LATE }, { 0 }) end
  if sku.available + sku.reserved < wanted.reserved then
    return finish(batch, { INSUFFICIENT_STOCK }, { sku.available })
  end
  apply(batch, sku, wanted, detail, actor)
  return finish(batch, { SKU_CHANGED }, { 1 })
end

register('patch', patch, {})
