-- define: makes a SKU, `scheduled`; one whose opensAt is past opens at once.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, total, reserved, buyer limit, hold TTL ms, opens at, closes at, not after (ms), actor]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (defined exactly so before, whatever was sold since); SKU_EXISTS (otherwise);
--          INSUFFICIENT_STOCK (reserved is more than total), TOTAL_OUT_OF_RANGE, TOO_LATE
-- Events   defined; opened, closed (schedule)
-- Cost     O(log deadlines)
-- Memory   refused at maxmemory

local function define(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local name, total, reserved, limit, ttl, opens, closes, not_after, actor = unpack(cmsgpack.unpack(args[3]))
  local definition = struct.pack('>I4I4I4I4I6I6', total, reserved, limit, ttl, opens, closes)
  if load_skus(batch, { name })[1] then
    local same = redis.call('HGET', keys[7], name) == definition
    return answer(batch, { same and SKU_UNCHANGED or SKU_EXISTS }, { same and 1 or 0 }, 0)
  end
  if batch.now > not_after then return answer(batch, { TOO_LATE }, { 0 }, 0) end
  if total > TOTAL_MAX then return answer(batch, { TOTAL_OUT_OF_RANGE }, { total }, 0) end
  if reserved > total then return answer(batch, { INSUFFICIENT_STOCK }, { total }, 0) end
  local sku = {
    name = name, state = SCHEDULED, total = total, available = total - reserved, held = 0, sold = 0,
    reserved = reserved, buyer_limit = limit, hold_ttl_ms = ttl, opens_at = opens, closes_at = closes, index = 0,
  }
  batch.touched[1] = sku
  change_sku(batch, DEFINED, sku, '', actor)
  settle_schedule(batch, sku)
  if opens > batch.now then schedule(batch, 'O', sku, opens) end
  if closes > batch.now then schedule(batch, 'C', sku, closes) end
  commit(batch)
  redis.call('HSET', keys[7], name, definition)
  return answer(batch, { SKU_CHANGED }, { 1 }, 0)
end

register('define', define, {})
