-- confirm: sells what was held, item by item in order. Works in every state of the SKU.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [hold ids, payment references, not afters (ms), actors]
-- Answer   a code an item: HOLD_NOW; HOLD_REPLAYED (confirmed before with this reference); HOLD_IS_CONFIRMED (with another),
--          HOLD_IS_RELEASED, HOLD_IS_EXPIRED, UNKNOWN_HOLD, TOO_LATE
-- Events   confirmed; expired (a hold past its deadline is expired here, never confirmed)
-- Cost     O(items + SKUs)
-- Memory   allow-oom: it grows nothing but the event, and a paid hold must not be lost

local function confirm(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local ids, payment_refs, not_afters, actors = unpack(cmsgpack.unpack(args[3]))
  assert_items(ids)
  local holds, codes, details, ended = load_holds(batch, ids), {}, {}, {}
  for index = 1, #ids do
    codes[index], details[index] =
      end_as(batch, holds[index], CONFIRMED, payment_refs[index], not_afters[index], actors[index], ended)
  end
  settle_buyers(batch, ended)
  return finish(batch, codes, details)
end

register('confirm', confirm, { 'allow-oom' })
