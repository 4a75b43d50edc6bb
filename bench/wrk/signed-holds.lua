-- Request generator for wrk: as holds.lua, but each request is signed. The signatures were made beforehand (bench/signing.ts), one after the
-- other in a file; everything else of a request follows from its number, as `signedRequest` there says it.
--
-- Arguments (after `--`): path, SKU prefix, number of SKUs, tag of the run, number of buyers, id of the key, timestamp, file, number of threads
-- Prints one line `RESULT {json}` at the end: requests, errors, microseconds, threads that ran out of signatures.

local all = {}

function setup(thread)
  thread:set('threadNumber', #all)
  all[#all + 1] = thread
end

local format, sub = string.format, string.sub
local head, afterNonce, afterKey, skuNames, skus, buyers, signatures, count, index, step
local BUYER_STEP = 7919

function init(arguments)
  local path, prefix, tag, keyId, timestamp = arguments[1], arguments[2], arguments[4], arguments[6], arguments[7]
  skus, buyers, step = tonumber(arguments[3]), tonumber(arguments[5]), tonumber(arguments[9])
  skuNames = {}
  for number = 0, skus - 1 do skuNames[number] = prefix .. format('%06d', number) end
  local file = assert(io.open(arguments[8], 'rb'))
  signatures = file:read('*a')
  file:close()
  count = #signatures / 64
  index = threadNumber - step
  local length = #'{"sku":"","buyerId":"","quantity":1}' + #skuNames[0] + #'b0000000000'
  head = 'POST ' .. path .. ' HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: '
    .. length .. '\r\nHoldfast-Key: ' .. keyId .. '\r\nHoldfast-Timestamp: ' .. timestamp .. '\r\nHoldfast-Nonce: ' .. tag .. '-'
  afterNonce = '\r\nIdempotency-Key: ' .. tag .. '-'
  afterKey = '\r\nHoldfast-Signature: v1='
end

local AFTER_SIGNATURE = '\r\n\r\n{"sku":"'
local AFTER_SKU = '","buyerId":"b'
local TAIL = '","quantity":1}'
local PADDED = 1e9

function request()
  index = index + step
  if index >= count then
    exhausted = 1
    index = threadNumber
  end
  local number = PADDED + index
  return head .. number .. afterNonce .. number .. afterKey .. sub(signatures, index * 64 + 1, index * 64 + 64)
    .. AFTER_SIGNATURE .. skuNames[index % skus] .. AFTER_SKU .. (PADDED + index * BUYER_STEP % buyers) .. TAIL
end

function done(summary, latency)
  local exhaustedThreads = 0
  for _, thread in ipairs(all) do exhaustedThreads = exhaustedThreads + (thread:get('exhausted') or 0) end
  io.write(format(
    'RESULT {"requests":%d,"durationMicroseconds":%d,"statusErrors":%d,"socketErrors":%d,"timeouts":%d,'
      .. '"p50Microseconds":%d,"p99Microseconds":%d,"maxMicroseconds":%d,"exhausted":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write, summary.errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max, exhaustedThreads))
end
