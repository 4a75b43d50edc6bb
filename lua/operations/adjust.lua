-- adjust: puts stock in (delta > 0) or takes free stock out (delta < 0), once for each adjustment id.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, adjustment id, delta, reason, not after (ms), actor, how long the id is kept (ms)]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (done before under this id); IDEMPOTENCY_MISMATCH (another delta, reason or SKU),
--          UNKNOWN_SKU, TOO_LATE, INSUFFICIENT_STOCK, TOTAL_OUT_OF_RANGE
-- Events   adjusted (hold id: the adjustment's id; quantity: delta; detail: reason); opened, closed (schedule, before it)
-- Cost     O(log deadlines)
-- Memory   refused at maxmemory

local function adjust(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local name, id, delta, reason, not_after, actor, retention_ms = unpack(cmsgpack.unpack(args[3]))
  local sku = load_skus(batch, { name })[1]
  local adjustment = pack_adjustment(delta, name, reason)
  local before = redis.call('HGET', keys[8], id)
  if before and before ~= adjustment then return answer(batch, { IDEMPOTENCY_MISMATCH }, { 0 }, 0) end
  if before then return answer(batch, { SKU_UNCHANGED }, { 1 }, 0) end
  if not sku then return answer(batch, { UNKNOWN_SKU }, { 0 }, 0) end
  settle_schedule(batch, sku)
  if batch.now > not_after then return finish(batch, { TOO_LATE }, { 0 }) end
  if sku.available + delta < 0 then return finish(batch, { INSUFFICIENT_STOCK }, { sku.available }) end
  if sku.total + delta > TOTAL_MAX then return finish(batch, { TOTAL_OUT_OF_RANGE }, { sku.total + delta }) end
  sku.total = sku.total + delta
  sku.available = sku.available + delta
  change(batch, ADJUSTED, sku, id, '', delta, 0, reason, actor)
  batch.due = { batch.now + retention_ms, string.format('A%.0f:', batch.seq + 1) .. id }
  commit(batch)
  redis.call('HSET', keys[8], id, adjustment)
  return answer(batch, { SKU_CHANGED }, { 1 }, 0)
end

register('adjust', adjust, {})
