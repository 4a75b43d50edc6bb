-- expire: does what is due: expires holds, forgets ended ones the ledger has, opens and closes SKUs by the clock.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [most holds touched (1,000 at most), retention of ended holds (ms), seq the ledger has]
-- Answer   no items; extra is [Redis time the next is due or 0, whether more is due now (0 or 1), holds expired]
-- Events   expired, opened, closed
-- Cost     O(limit), plus one member of at most 256 holds
-- Memory   allow-oom: it frees stock

local RETRY_MS = 10000
local MEMBERS_READ = 32
local MEMBERS_MAX = 1024

-- Reads due members until they carry `limit` items. Answers members and how each is dealt with.
local function read_due(batch, limit)
  local members, items = {}, 0
  while items < limit and #members < MEMBERS_MAX do
    local part = redis.call('ZRANGEBYSCORE', batch.keys[4], '-inf', batch.now, 'LIMIT', #members, MEMBERS_READ)
    for index = 1, #part do
      if items >= limit then break end
      members[#members + 1] = part[index]
      items = items + math.max(1, math.floor(#part[index] / ID_LENGTH))
    end
    if #part < MEMBERS_READ then break end
  end
  return members
end

local function append_ids(ids, text, from)
  for at = from, #text - ID_LENGTH + 1, ID_LENGTH do
    ids[#ids + 1] = string.sub(text, at, at + ID_LENGTH - 1)
  end
end

local function forget(due, kind, member, from)
  if kind == 'E' then return append_ids(due.forget_holds, member, from) end
  due.forget_adjustments[#due.forget_adjustments + 1] = string.sub(member, from)
end

-- Sorts members into what to do. An E or A member the ledger is behind of is put off.
local function sort_due(batch, members, ledger_seq)
  local due = { ids = {}, names = {}, forget_holds = {}, forget_adjustments = {}, done = {}, ended = {}, put_off = {} }
  for index = 1, #members do
    local member = members[index]
    local kind = string.sub(member, 1, 1)
    due.done[index] = member
    if kind == 'H' then
      append_ids(due.ids, member, 2)
      due.ended[#due.ended + 1] = string.sub(member, 2)
    elseif kind == 'O' or kind == 'C' then
      due.names[#due.names + 1] = string.sub(member, 2)
    else
      local colon = string.find(member, ':', 2, true)
      if tonumber(string.sub(member, 2, colon - 1)) > ledger_seq then
        due.put_off[#due.put_off + 1] = batch.now + RETRY_MS
        due.put_off[#due.put_off + 1] = member
        due.done[index] = ''
      else
        forget(due, kind, member, colon + 1)
      end
    end
  end
  return due
end

local function expire_holds(batch, ids)
  local holds, ended, due = load_holds(batch, ids), {}, batch.due
  for index = 1, #ids do
    local hold = holds[index]
    if hold and is_overdue(batch, hold) then
      ended[#ended + 1] = hold
      end_hold(batch, batch.skus[hold.sku_name], hold, EXPIRED, '', EXPIRY)
    elseif hold and hold.state == HELD then
      -- Its member came due before it did: never so, but a hold without a member would be held for ever.
      due[#due + 1] = hold.expires_at
      due[#due + 1] = 'H' .. hold.id
    end
  end
  settle_buyers(batch, ended)
  return #ended
end

local function expire(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local limit, retention_ms, ledger_seq = unpack(cmsgpack.unpack(args[3]))
  local due = sort_due(batch, read_due(batch, math.min(limit, ITEMS_MAX)), ledger_seq)
  local skus = load_skus(batch, due.names)
  for index = 1, #skus do
    if skus[index] then settle_schedule(batch, skus[index]) end
  end
  local expired = expire_holds(batch, due.ids)
  local again = batch.due
  batch.due = {}
  commit(batch)
  -- Every end of these holds is in an event up to this one, so the ledger has them all once it has this seq.
  for index = 1, #due.ended do
    again[#again + 1] = batch.now + retention_ms
    again[#again + 1] = string.format('E%.0f:', batch.seq) .. due.ended[index]
  end
  write_values('HDEL', keys[2], due.forget_holds)
  write_values('HDEL', keys[8], due.forget_adjustments)
  write_values('ZREM', keys[4], due.done)
  write_values('ZADD', keys[4], due.put_off)
  write_values('ZADD', keys[4], again)
  local next_at = next_due(batch)
  local more = next_at > 0 and next_at <= batch.now and 1 or 0
  return answer(batch, {}, {}, { next_at, more, expired })
end

register('expire', expire, { 'allow-oom' })
