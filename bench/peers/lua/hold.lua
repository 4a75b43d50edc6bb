-- Takes units of one SKU for one buyer: the whole decision in one call.
--
-- KEYS     of one SKU: rules and counters (hash), holds (hash), buyers (hash), deadlines (sorted set), events (stream)
-- ARGV     hold id, buyer, quantity
-- Answer   ['held', deadline]; ['replayed', deadline, ended at or 0]; ['sold_out', available];
--          ['buyer_limit', limit, remaining, hold id …]; ['idempotency_mismatch']; ['unknown_sku']
--
-- A hold is 'state|buyer|quantity|deadline|ended at'; a buyer's record 'units hold-id hold-id …'. Times are milliseconds.

local id, buyer, quantity = ARGV[1], ARGV[2], tonumber(ARGV[3])

local known = redis.call('HGET', KEYS[2], id)
if known then
  local owner, units, deadline, ended = string.match(known, '^%a+|([^|]*)|(%d+)|(%d+)|(%d+)$')
  if owner ~= buyer or units ~= ARGV[3] then return { 'idempotency_mismatch' } end
  return { 'replayed', deadline, ended }
end

local sku = redis.call('HMGET', KEYS[1], 'available', 'held', 'buyerLimit', 'holdTtlMs')
if not sku[1] then return { 'unknown_sku' } end
local available, held, limit = tonumber(sku[1]), tonumber(sku[2]), tonumber(sku[3])

local usage = redis.call('HGET', KEYS[3], buyer) or '0'
local units = tonumber(string.match(usage, '^%d+'))
if limit > 0 and units + quantity > limit then
  local answer = { 'buyer_limit', tostring(limit), tostring(math.max(limit - units, 0)) }
  for hold in string.gmatch(usage, ' (%S+)') do answer[#answer + 1] = hold end
  return answer
end
if quantity > available then return { 'sold_out', tostring(available) } end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = string.format('%.0f', now + tonumber(sku[4]))
redis.call('HSET', KEYS[1], 'available', available - quantity, 'held', held + quantity)
redis.call('HSET', KEYS[2], id, 'held|' .. buyer .. '|' .. ARGV[3] .. '|' .. deadline .. '|0')
redis.call('HSET', KEYS[3], buyer, (units + quantity) .. string.match(usage, '^%d+(.*)$') .. ' ' .. id)
redis.call('ZADD', KEYS[4], deadline, id)
redis.call('XADD', KEYS[5], '*', 'kind', 'held', 'hold', id, 'buyer', buyer, 'quantity', ARGV[3], 'deadline', deadline)
return { 'held', deadline }
