-- release: gives back what was held, item by item in order. Works in every state of the SKU.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [hold ids, not afters (ms), actors]
-- Answer   a code an item: HOLD_NOW; HOLD_REPLAYED (released before); HOLD_IS_CONFIRMED, HOLD_IS_EXPIRED, UNKNOWN_HOLD, TOO_LATE
-- Events   released; expired (a hold past its deadline)
-- Cost     O(items + SKUs)
-- Memory   allow-oom: it frees stock

local function release(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local ids, not_afters, actors = unpack(cmsgpack.unpack(args[3]))
  assert_items(ids)
  local holds, codes, details, ended = load_holds(batch, ids), {}, {}, {}
  for index = 1, #ids do
    codes[index], details[index] =
      end_as(batch, holds[index], RELEASED, '', not_afters[index], actors[index], ended)
  end
  settle_buyers(batch, ended)
  return finish(batch, codes, details)
end

register('release', release, { 'allow-oom' })
