-- Hold records: state, quantity, deadline, `sku|buyer`; an ended hold has `|`, when it ended and the payment reference after.
-- An identifier has no `|` in it. State 4 is a hold that was restored while events may be missing: held like any other, but when
-- it ends unpaid its units are withheld, for somebody else may have had them since.

local HOLD_FORMAT = '>BHI6'
local HOLD_HEAD = 9
local EXPIRY = 'expiry'
local HELD_WITHHOLDING = 4
local RECOVERY = 'recovery'

local function unpack_hold(id, record)
  local state, quantity, expires_at = struct.unpack(HOLD_FORMAT, record)
  local bar = string.find(record, '|', HOLD_HEAD + 1, true)
  local withholds = state == HELD_WITHHOLDING
  if withholds then state = HELD end
  local hold = {
    id = id, state = state, quantity = quantity, expires_at = expires_at,
    sku_name = string.sub(record, HOLD_HEAD + 1, bar - 1), ended_at = 0, payment_ref = '',
    withholds = withholds,
  }
  if state == HELD then
    hold.buyer = string.sub(record, bar + 1)
    hold.key = string.sub(record, HOLD_HEAD + 1)
  else
    local second = string.find(record, '|', bar + 1, true)
    hold.buyer = string.sub(record, bar + 1, second - 1)
    hold.key = string.sub(record, HOLD_HEAD + 1, second - 1)
    hold.ended_at = struct.unpack('>I6', record, second + 1)
    hold.payment_ref = string.sub(record, second + 7)
  end
  return hold
end

local function pack_ended_hold(hold)
  return struct.pack(HOLD_FORMAT, hold.state, hold.quantity, hold.expires_at)
    .. hold.key .. '|' .. struct.pack('>I6', hold.ended_at) .. hold.payment_ref
end

local function hold_values(hold)
  return { hold.id, hold.sku_name, hold.buyer, hold.quantity, hold.state, hold.expires_at, hold.ended_at, hold.payment_ref }
end

local function is_overdue(batch, hold)
  return hold.state == HELD and hold.expires_at <= batch.now
end

local function put_hold(batch, id, record)
  local writes, length = batch.hold_writes, batch.hold_write_length
  batch.holds[id] = record
  writes[length + 1] = id
  writes[length + 2] = record
  batch.hold_write_length = length + 2
end

-- Units of an ended hold that do not go back on sale until a person says so: as if somebody had patched `reserved`.
local function withhold(batch, sku, quantity)
  local before = sku.reserved
  sku.reserved = before + quantity
  change_sku(batch, PATCHED, sku, string.format('{"reserved":[%.0f,%.0f]}', before, sku.reserved), RECOVERY)
end

-- The only way out of `held`. The buyer's record is left to the caller, who may have it in hand or fetch many at once.
local function end_hold(batch, sku, hold, state, payment_ref, actor)
  local quantity = hold.quantity
  hold.state = state
  hold.ended_at = batch.now
  hold.payment_ref = payment_ref
  sku.held = sku.held - quantity
  if state == CONFIRMED then
    sku.sold = sku.sold + quantity
  elseif not hold.withholds then
    sku.available = sku.available + quantity
  end
  put_hold(batch, hold.id, pack_ended_hold(hold))
  change(batch, state, sku, hold.id, hold.buyer, quantity, 0, payment_ref, actor)
  if hold.withholds and state ~= CONFIRMED then withhold(batch, sku, quantity) end
end

local function returned_units(hold)
  return hold.state == CONFIRMED and 0 or hold.quantity
end

-- Holds aligned with `ids`, false where unknown, each with its SKU. The same id twice is the same table twice, so items
-- decided in order see what the ones before them did.
local function load_holds(batch, ids)
  local records = read_fields(batch.keys[2], ids)
  local holds, by_id, names, name_seen = {}, {}, {}, {}
  for index = 1, #ids do
    local id = ids[index]
    local hold = by_id[id]
    if not hold and records[index] then
      hold = unpack_hold(id, records[index])
      by_id[id] = hold
      if not name_seen[hold.sku_name] then
        name_seen[hold.sku_name] = true
        names[#names + 1] = hold.sku_name
      end
    end
    holds[index] = hold or false
  end
  load_skus(batch, names)
  return holds
end

-- Takes ended holds out of their buyers' records: one HMGET for all.
local function settle_buyers(batch, ended)
  local keys = {}
  for index = 1, #ended do keys[index] = ended[index].key end
  local records = read_fields(batch.keys[3], keys)
  for index = 1, #ended do
    local hold = ended[index]
    local record = batch.buyers[hold.key]
    if record == nil then record = records[index] end
    put_buyer(batch, hold.key, without_hold(record, returned_units(hold), hold.id))
  end
end
