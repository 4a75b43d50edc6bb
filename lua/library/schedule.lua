-- Opening and closing by the clock. Whoever touches a SKU settles it first, so no request is answered by a stale state;
-- the sweep of the deadlines does it for SKUs nobody touches.

local SCHEDULE = 'schedule'

local function settle_schedule(batch, sku)
  local now = batch.now
  if sku.state == SCHEDULED and sku.opens_at > 0 and sku.opens_at <= now then
    sku.state = OPEN
    change_sku(batch, OPENED, sku, STATE_NAMES[SCHEDULED], SCHEDULE)
  end
  if sku.state ~= CLOSED and sku.closes_at > 0 and sku.closes_at <= now then
    local from = sku.state
    sku.state = CLOSED
    change_sku(batch, CLOSED_BY, sku, STATE_NAMES[from], SCHEDULE)
  end
end

-- Makes the deadlines say when `sku` opens (prefix O) or closes (prefix C); 0 is never.
local function schedule(batch, prefix, sku, at)
  if at > 0 then
    local due = batch.due
    due[#due + 1] = at
    due[#due + 1] = prefix .. sku.name
  else
    batch.not_due[#batch.not_due + 1] = prefix .. sku.name
  end
end
