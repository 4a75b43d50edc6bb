-- change_state: opens, pauses or closes a SKU.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [name, action (0 open, 1 pause, 2 close), not after (ms), actor]
-- Answer   SKU_CHANGED; SKU_UNCHANGED (it was so already); UNKNOWN_SKU, TOO_LATE, SKU_CLOSED (a closed SKU cannot be paused)
-- Events   opened, paused, closed (detail: the state before); opened, closed (schedule, before it)
-- Cost     O(1)
-- Memory   allow-oom: a sale must be stoppable at maxmemory

local ACTIONS = {
  [0] = { state = OPEN, kind = OPENED },
  [1] = { state = PAUSED, kind = PAUSED_BY },
  [2] = { state = CLOSED, kind = CLOSED_BY },
}

local function change_state(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local name, action_number, not_after, actor = unpack(cmsgpack.unpack(args[3]))
  local action = ACTIONS[action_number]
  local sku = load_skus(batch, { name })[1]
  if not sku then return answer(batch, { UNKNOWN_SKU }, { 0 }, 0) end
  settle_schedule(batch, sku)
  local from = sku.state
  if from == action.state then return finish(batch, { SKU_UNCHANGED }, { 1 }) end
  if batch.now > not_after then return finish(batch, { TOO_LATE }, { 0 }) end
  if from == CLOSED and action.state == PAUSED then return finish(batch, { SKU_CLOSED }, { 0 }) end
  sku.state = action.state
  -- Opened again after its time: what closed it is over, or the next touch would close it at once.
  if sku.state == OPEN and sku.closes_at > 0 and sku.closes_at <= batch.now then sku.closes_at = 0 end
  change_sku(batch, action.kind, sku, STATE_NAMES[from], actor)
  return finish(batch, { SKU_CHANGED }, { 1 })
end

register('change_state', change_state, { 'allow-oom' })
