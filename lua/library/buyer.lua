-- Buyer records: units held or bought (4 bytes), then the ids of up to 16 live holds, newest last.

local ID_LENGTH = 28
local LIVE_IDS_MAX = 16
local LIVE_BYTES_MAX = ID_LENGTH * LIVE_IDS_MAX

local UNITS_CACHED = 64
local packed_units = {}

-- Small numbers are nearly all there are: their four bytes are kept.
local function pack_units(units)
  local packed = packed_units[units]
  if packed then return packed end
  packed = struct.pack('>I4', units)
  if units <= UNITS_CACHED then packed_units[units] = packed end
  return packed
end

local function units_of(record)
  return record and struct.unpack('>I4', record) or 0
end

local function live_ids(record)
  local ids = {}
  for from = 5, record and #record or 0, ID_LENGTH do
    ids[#ids + 1] = string.sub(record, from, from + ID_LENGTH - 1)
  end
  return ids
end

-- The record after `id` took `quantity` more; `units` is what it says now. The oldest id gives way to the 17th.
local function with_hold(record, units, quantity, id)
  if not record then return pack_units(quantity) .. id end
  local from = 5
  if #record - 4 >= LIVE_BYTES_MAX then from = 5 + ID_LENGTH end
  return pack_units(units + quantity) .. string.sub(record, from) .. id
end

-- The record after hold `id` ended; `returned` units come back (0 when they were bought). False when nothing is left.
local function without_hold(record, returned, id)
  local units = units_of(record) - returned
  if units <= 0 then return false end
  local live = ''
  for from = 5, #record, ID_LENGTH do
    if string.sub(record, from, from + ID_LENGTH - 1) == id then
      live = string.sub(record, 5, from - 1) .. string.sub(record, from + ID_LENGTH)
      return pack_units(units) .. live
    end
  end
  return pack_units(units) .. string.sub(record, 5)
end

-- HSET takes the last of several values for one field, so every value is written in turn; only a removal is remembered,
-- for what it is at the end.
local function put_buyer(batch, key, record)
  batch.buyers[key] = record
  if record then
    local writes, length = batch.buyer_writes, batch.buyer_write_length
    writes[length + 1] = key
    writes[length + 2] = record
    batch.buyer_write_length = length + 2
  else
    batch.buyer_removals[key] = true
  end
end

local function write_buyers(batch)
  write_values('HSET', batch.keys[3], batch.buyer_writes)
  local removals = {}
  for key in pairs(batch.buyer_removals) do
    if not batch.buyers[key] then removals[#removals + 1] = key end
  end
  write_values('HDEL', batch.keys[3], removals)
end
