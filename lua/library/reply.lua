-- Codes of items, and how a call ends. `src/stock/reply-codes.ts` is the other side of this list.

-- Done. CREATED: detail is the milliseconds to the deadline. HOLD_NOW, HOLD_REPLAYED: detail is the hold.
local CREATED, HOLD_NOW, HOLD_REPLAYED = 0, 1, 2
-- Done on a SKU: detail is its place in the answer's `skus`, counted from 1.
local SKU_CHANGED, SKU_UNCHANGED = 3, 4
-- Refused. NOT_OPEN: opens at. BUYER_LIMIT: limit, remaining, live hold ids. SOLD_OUT, INSUFFICIENT_STOCK: available.
-- HOLD_IS_…: the hold. TOTAL_OUT_OF_RANGE: the total it would be. The rest have no detail (0).
local UNKNOWN_SKU, TOO_LATE, NOT_OPEN, SKU_PAUSED, SKU_CLOSED = 10, 11, 12, 13, 14
local BUYER_LIMIT, SOLD_OUT, IDEMPOTENCY_MISMATCH, UNKNOWN_HOLD = 15, 16, 17, 18
local HOLD_IS_EXPIRED, HOLD_IS_RELEASED, HOLD_IS_CONFIRMED = 19, 20, 21
local SKU_EXISTS, INSUFFICIENT_STOCK, TOTAL_OUT_OF_RANGE = 22, 23, 24
local RECOUNT_IS_OLD, GIVES_BACK = 25, 26

local EVENT_VERSION = 1

local function partition_of(keys)
  return tonumber(string.match(keys[1], '^{p(%d+)}'))
end

-- Writes what the call changed, the event first: XADD is the one command here that can refuse (an id not above the last).
-- Nothing may fail after it, for Redis does not roll back. Without a change nothing is written.
local function commit(batch)
  if batch.change_length == 0 then return end
  local keys, seq, skus = batch.keys, batch.seq + 1, batch.changed_skus
  local views, length, sku_writes = {}, 0, {}
  for index = 1, #skus do
    local sku = skus[index]
    assert_conserved(sku)
    length = append_view(views, length, sku)
    sku_writes[2 * index - 1] = sku.name
    sku_writes[2 * index] = pack_sku(sku)
  end
  local event = cmsgpack.pack({ EVENT_VERSION, batch.epoch, partition_of(keys), seq, batch.now, views, batch.changes })
  redis.call('XADD', keys[5], string.format('%.0f-0', seq), 'e', event)
  redis.call('HSET', keys[6], 'seq', seq, 'last', batch.now)
  write_values('HSET', keys[1], sku_writes)
  write_values('HSET', keys[2], batch.hold_writes)
  write_buyers(batch)
  write_values('ZADD', keys[4], batch.due)
  write_values('ZREM', keys[4], batch.not_due)
  batch.seq = seq
  batch.views, batch.view_length = views, length
end

-- The packed answer. Views of changed SKUs come first, then those only looked at.
local function answer(batch, codes, details, extra)
  local views, length = batch.views or {}, batch.view_length or 0
  local touched = batch.touched
  for index = 1, #touched do
    if touched[index].index == 0 then length = append_view(views, length, touched[index]) end
  end
  local changed = batch.change_length > 0 and 1 or 0
  return cmsgpack.pack({ STATUS_DONE, batch.seq, batch.now, changed, views, codes, details, extra })
end

-- Most functions: write, then answer.
local function finish(batch, codes, details)
  commit(batch)
  return answer(batch, codes, details, 0)
end

-- What is due next, Redis time in ms; 0 when nothing is.
local function next_due(batch)
  local first = redis.call('ZRANGE', batch.keys[4], 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2]) or 0
end
