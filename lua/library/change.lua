-- Changes gathered by a call: what becomes its one event.

local HELD, CONFIRMED, RELEASED, EXPIRED, DEFINED = 0, 1, 2, 3, 4
local PATCHED, OPENED, PAUSED_BY, CLOSED_BY, ADJUSTED, REPAIRED = 5, 6, 7, 8, 9, 10

-- Eight values a change, see lua/README.md. `quantity` is the delta of an adjustment or a repair.
local function change(batch, kind, sku, hold_id, buyer, quantity, deadline, detail, actor)
  local index = sku.index
  if index == 0 then
    local changed = batch.changed_skus
    index = #changed + 1
    changed[index] = sku
    sku.index = index
  end
  local changes, length = batch.changes, batch.change_length
  changes[length + 1] = kind
  changes[length + 2] = index
  changes[length + 3] = hold_id
  changes[length + 4] = buyer
  changes[length + 5] = quantity
  changes[length + 6] = deadline
  changes[length + 7] = detail
  changes[length + 8] = actor
  batch.change_length = length + 8
end

local function change_sku(batch, kind, sku, detail, actor)
  change(batch, kind, sku, '', '', 0, 0, detail, actor)
end

-- What is kept of an adjustment, to recognise the same one.
local function pack_adjustment(delta, name, reason)
  return struct.pack('>i4', delta) .. name .. '|' .. reason
end
