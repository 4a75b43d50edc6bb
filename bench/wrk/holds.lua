-- Request generator for wrk: one `POST /v1/holds` after the other, each with a fresh Idempotency-Key and a random buyer.
-- The same script, headers and body go to the bare echo and to the engine; generating costs the same for both.
--
-- Arguments (after `--`): path, SKU prefix, number of SKUs, tag of the run, number of buyers, `even` or `zipf` (default even),
-- milliseconds that a connection waits after an answer (default 0)
-- SKUs are named <prefix>0 … <prefix>(n-1), padded to six digits, so that every body has the same length.
-- Prints one line `RESULT {json}` at the end: requests, errors, microseconds.

local threads = 0

function setup(thread)
  thread:set('threadNumber', threads)
  threads = threads + 1
end

local format, random = string.format, math.random
local head, afterKey, afterSku, skuNames, skus, buyers
local counter = 0
local POOL = 1000
-- Enough that each of 10,000 SKUs has its share, also the rarest (one in 98,000).
local ZIPF_NAMES = 262144

-- A list in which each name is as often as it is asked for: drawing costs the same as with an even distribution.
local function spreadByZipf(names, count)
  local weights, spread, rank, below = 0, {}, 0, 0
  for number = 1, count do weights = weights + 1 / number end
  for place = 0, ZIPF_NAMES - 1 do
    while rank < count - 1 and below + 1 / (rank + 1) / weights <= (place + 0.5) / ZIPF_NAMES do
      below = below + 1 / (rank + 1) / weights
      rank = rank + 1
    end
    spread[place] = names[rank]
  end
  return spread
end

function init(arguments)
  local path, prefix, tag = arguments[1], arguments[2], arguments[4]
  skus = tonumber(arguments[3])
  buyers = math.floor(tonumber(arguments[5]) / POOL)
  math.randomseed(os.time() * 7 + threadNumber)
  skuNames = {}
  for index = 0, skus - 1 do skuNames[index] = prefix .. format('%06d', index) end
  if arguments[6] == 'zipf' and skus > 1 then
    skuNames = spreadByZipf(skuNames, skus)
    skus = ZIPF_NAMES
  end
  local pause = tonumber(arguments[7] or 0)
  -- wrk looks whether there is such a function; whole milliseconds only, so the fraction becomes a chance of one more.
  if pause > 0 then
    delay = function() return math.floor(pause + random()) end
  end
  local length = #'{"sku":"","buyerId":"","quantity":1}' + #skuNames[0] + #'b0000000000'
  head = 'POST ' .. path .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: '
    .. length .. '\r\nIdempotency-Key: ' .. tag .. '-' .. threadNumber .. '-'
  afterKey = '\r\n\r\n{"sku":"'
  afterSku = '","buyerId":"b'
end

local TAIL = '","quantity":1}'
-- Numbers padded by adding a power of ten: cheaper than string.format, which LuaJIT does not compile.
local PADDED = 1e9

function request()
  counter = counter + 1
  return head .. (PADDED + counter) .. afterKey .. skuNames[random(0, skus - 1)] .. afterSku
    .. (PADDED + random(0, buyers * POOL - 1)) .. TAIL
end

function done(summary, latency)
  io.write(format(
    'RESULT {"requests":%d,"durationMicroseconds":%d,"statusErrors":%d,"socketErrors":%d,"timeouts":%d,'
      .. '"p50Microseconds":%d,"p99Microseconds":%d,"maxMicroseconds":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
