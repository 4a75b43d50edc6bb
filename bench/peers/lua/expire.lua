-- Puts back on sale what is past its deadline.
--
-- KEYS     as in hold.lua
-- ARGV     most holds to end in this call
-- Answer   how many were ended

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', now, 'LIMIT', 0, ARGV[1])

-- Hold ids have '-' in them, which patterns would read as something else.
local function without(usage, id, quantity)
  local from, to = string.find(usage, ' ' .. id, 1, true)
  local units = tonumber(string.match(usage, '^%d+')) - quantity
  return units, units .. string.match(string.sub(usage, 1, from - 1) .. string.sub(usage, to + 1), '^%d+(.*)$')
end

local freed = 0
for _, id in ipairs(due) do
  local buyer, units, deadline = string.match(redis.call('HGET', KEYS[2], id), '^held|([^|]*)|(%d+)|(%d+)|0$')
  redis.call('HSET', KEYS[2], id, 'expired|' .. buyer .. '|' .. units .. '|' .. deadline .. '|' .. now)
  local left, usage = without(redis.call('HGET', KEYS[3], buyer), id, tonumber(units))
  if left > 0 then redis.call('HSET', KEYS[3], buyer, usage) else redis.call('HDEL', KEYS[3], buyer) end
  redis.call('XADD', KEYS[5], '*', 'kind', 'expired', 'hold', id, 'buyer', buyer, 'quantity', units)
  redis.call('ZREM', KEYS[4], id)
  freed = freed + tonumber(units)
end
if freed > 0 then
  redis.call('HINCRBY', KEYS[1], 'available', freed)
  redis.call('HINCRBY', KEYS[1], 'held', -freed)
end
return #due
