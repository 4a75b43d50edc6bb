-- Ending holds the way somebody asks for: what confirm and release have in common.

local ENDED_OTHERWISE = { [CONFIRMED] = HOLD_IS_CONFIRMED, [RELEASED] = HOLD_IS_RELEASED, [EXPIRED] = HOLD_IS_EXPIRED }

-- Ends `hold` as `wanted`, unless its deadline passed: then it expires. Answers the item's code and detail; what ended here is
-- added to `ended`, for settle_buyers.
local function end_as(batch, hold, wanted, payment_ref, not_after, actor, ended)
  if not hold then return UNKNOWN_HOLD, 0 end
  if hold.state ~= HELD then
    local replayed = hold.state == wanted and hold.payment_ref == payment_ref
    return replayed and HOLD_REPLAYED or ENDED_OTHERWISE[hold.state], hold_values(hold)
  end
  local overdue = is_overdue(batch, hold)
  if not overdue and batch.now > not_after then return TOO_LATE, 0 end
  local sku = batch.skus[hold.sku_name]
  ended[#ended + 1] = hold
  if overdue then
    end_hold(batch, sku, hold, EXPIRED, '', EXPIRY)
    return HOLD_IS_EXPIRED, hold_values(hold)
  end
  end_hold(batch, sku, hold, wanted, payment_ref, actor)
  return HOLD_NOW, hold_values(hold)
end
