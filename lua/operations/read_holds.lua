-- read_holds: holds as they are now. One past its deadline is expired first, so nobody is shown a hold they cannot confirm.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [hold ids]
-- Answer   a code an item: HOLD_NOW, UNKNOWN_HOLD
-- Events   expired
-- Cost     O(items + SKUs)
-- Memory   allow-oom: it frees stock

local function read_holds(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local ids = cmsgpack.unpack(args[3])[1]
  assert_items(ids)
  local holds, codes, details, ended = load_holds(batch, ids), {}, {}, {}
  for index = 1, #ids do
    local hold = holds[index]
    if hold and is_overdue(batch, hold) then
      ended[#ended + 1] = hold
      end_hold(batch, batch.skus[hold.sku_name], hold, EXPIRED, '', EXPIRY)
    end
    codes[index] = hold and HOLD_NOW or UNKNOWN_HOLD
    details[index] = hold and hold_values(hold) or 0
  end
  settle_buyers(batch, ended)
  return finish(batch, codes, details)
end

register('read_holds', read_holds, { 'allow-oom' })
