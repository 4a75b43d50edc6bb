-- restore: puts back what the ledger has, without events, for the ledger has those too. Repeating it changes nothing.
--
-- KEYS     as in lua/README.md
-- ARGV     the new epoch, 0, [SKUs, definitions, holds, buyers, adjustments], each a flat list:
--          SKU: 11 values as in an answer; definition: name, total, reserved, buyer limit, hold TTL ms, opens at, closes at;
--          hold: 8 values as in an answer, then when it is forgotten (ms; 0 while it is held), then whether its units are
--          withheld when it ends unpaid (0 or 1); buyer: SKU, buyer, units, ids of live holds run together, newest last;
--          adjustment: id, delta, SKU, reason, when it is forgotten (ms)
-- Answer   no items
-- Events   none
-- Cost     O(items), 1,000 at most
-- Memory   refused at maxmemory

local SKU_VALUES, DEFINITION_VALUES, HOLD_VALUES, BUYER_VALUES, ADJUSTMENT_VALUES = 11, 7, 10, 4, 5
local DUE_IDS_MAX = 256

local function restore_skus(keys, values, due)
  local writes = {}
  for at = 1, #values, SKU_VALUES do
    local name, state, total, available, held, sold, reserved, limit, ttl, opens, closes =
      unpack(values, at, at + SKU_VALUES - 1)
    local sku = {
      name = name, state = state, total = total, available = available, held = held, sold = sold,
      reserved = reserved, buyer_limit = limit, hold_ttl_ms = ttl, opens_at = opens, closes_at = closes,
    }
    assert_conserved(sku)
    writes[#writes + 1] = name
    writes[#writes + 1] = pack_sku(sku)
    if state == SCHEDULED and opens > 0 then
      due[#due + 1] = opens
      due[#due + 1] = 'O' .. name
    end
    if closes > 0 then
      due[#due + 1] = closes
      due[#due + 1] = 'C' .. name
    end
  end
  write_values('HSET', keys[1], writes)
end

local function restore_definitions(keys, values)
  local writes = {}
  for at = 1, #values, DEFINITION_VALUES do
    writes[#writes + 1] = values[at]
    writes[#writes + 1] = struct.pack('>I4I4I4I4I6I6', unpack(values, at + 1, at + DEFINITION_VALUES - 1))
  end
  write_values('HSET', keys[7], writes)
end

-- Holds come in the order they are due: those due together share a member.
local function add_due(due, open, prefix, at, id)
  if open.at == at and open.prefix == prefix and open.count < DUE_IDS_MAX then
    due[open.place] = due[open.place] .. id
    open.count = open.count + 1
    return
  end
  due[#due + 1] = at
  due[#due + 1] = prefix .. id
  open.at, open.prefix, open.count, open.place = at, prefix, 1, #due
end

local function restore_holds(keys, values, due)
  local writes, open = {}, {}
  for at = 1, #values, HOLD_VALUES do
    local id, sku, buyer, quantity, state, expires_at, ended_at, payment_ref, forgotten_at, withholds =
      unpack(values, at, at + HOLD_VALUES - 1)
    if #id ~= ID_LENGTH then error('hold ' .. id .. ' cannot be stored') end
    local key = sku .. '|' .. buyer
    writes[#writes + 1] = id
    if state == HELD then
      local stored = withholds == 1 and HELD_WITHHOLDING or HELD
      writes[#writes + 1] = struct.pack(HOLD_FORMAT, stored, quantity, expires_at) .. key
      add_due(due, open, 'H', expires_at, id)
    else
      writes[#writes + 1] = pack_ended_hold({
        state = state, quantity = quantity, expires_at = expires_at, key = key, ended_at = ended_at,
        payment_ref = payment_ref,
      })
      -- Its end is in the ledger: it may be forgotten whatever seq that has.
      add_due(due, open, 'E0:', forgotten_at, id)
    end
  end
  write_values('HSET', keys[2], writes)
end

local function restore_buyers(keys, values)
  local writes = {}
  for at = 1, #values, BUYER_VALUES do
    local sku, buyer, units, ids = unpack(values, at, at + BUYER_VALUES - 1)
    writes[#writes + 1] = sku .. '|' .. buyer
    writes[#writes + 1] = pack_units(units) .. ids
  end
  write_values('HSET', keys[3], writes)
end

local function restore_adjustments(keys, values, due)
  local writes = {}
  for at = 1, #values, ADJUSTMENT_VALUES do
    local id, delta, sku, reason, forgotten_at = unpack(values, at, at + ADJUSTMENT_VALUES - 1)
    writes[#writes + 1] = id
    writes[#writes + 1] = pack_adjustment(delta, sku, reason)
    due[#due + 1] = forgotten_at
    due[#due + 1] = 'A0:' .. id
  end
  write_values('HSET', keys[8], writes)
end

local function restore(keys, args)
  local found = redis.call('HGET', keys[6], 'epoch')
  if found ~= '-' .. args[1] then return cmsgpack.pack({ STATUS_WRONG_EPOCH, tonumber(found or 0) }) end
  local skus, definitions, holds, buyers, adjustments = unpack(cmsgpack.unpack(args[3]))
  local items = #skus / SKU_VALUES + #definitions / DEFINITION_VALUES + #holds / HOLD_VALUES
    + #buyers / BUYER_VALUES + #adjustments / ADJUSTMENT_VALUES
  if items > ITEMS_MAX then error('more than ' .. ITEMS_MAX .. ' items in one call') end
  local due = {}
  restore_skus(keys, skus, due)
  restore_definitions(keys, definitions)
  restore_holds(keys, holds, due)
  restore_buyers(keys, buyers)
  restore_adjustments(keys, adjustments, due)
  write_values('ZADD', keys[4], due)
  return restoring_answer(0)
end

register('restore', restore, {})
