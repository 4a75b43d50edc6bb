-- confirm: sells what was held, item by item in order. Works in every state of the SKU.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [hold ids, payment references, not afters (ms), actors]
-- Answer   a code an item: HOLD_NOW; HOLD_REPLAYED (confirmed before with this reference); HOLD_IS_CONFIRMED (with another),
--          HOLD_IS_RELEASED, HOLD_IS_EXPIRED, UNKNOWN_HOLD, TOO_LATE
-- Events   confirmed; expired (a hold past its deadline is expired here, never confirmed)
-- Cost     O(items + SKUs)
-- Memory   allow-oom: it grows nothing but the event, and a paid hold must not be lost

local function decide(batch, hold, payment_ref, not_after, actor, ended)
  if not hold then return UNKNOWN_HOLD, 0 end
  local state = hold.state
  if state == HELD then
    local overdue = is_overdue(batch, hold)
    if not overdue and batch.now > not_after then return TOO_LATE, 0 end
    local sku = batch.skus[hold.sku_name]
    ended[#ended + 1] = hold
    if overdue then
      end_hold(batch, sku, hold, EXPIRED, '', EXPIRY)
      return HOLD_IS_EXPIRED, hold_values(hold)
    end
    end_hold(batch, sku, hold, CONFIRMED, payment_ref, actor)
    return HOLD_NOW, hold_values(hold)
  end
  if state == CONFIRMED then
    return hold.payment_ref == payment_ref and HOLD_REPLAYED or HOLD_IS_CONFIRMED, hold_values(hold)
  end
  return state == RELEASED and HOLD_IS_RELEASED or HOLD_IS_EXPIRED, hold_values(hold)
end

local function confirm(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local ids, payment_refs, not_afters, actors = unpack(cmsgpack.unpack(args[3]))
  assert_items(ids)
  local holds, codes, details, ended = load_holds(batch, ids), {}, {}, {}
  for index = 1, #ids do
    codes[index], details[index] =
      decide(batch, holds[index], payment_refs[index], not_afters[index], actors[index], ended)
  end
  settle_buyers(batch, ended)
  return finish(batch, codes, details)
end

register('confirm', confirm, { 'allow-oom' })
