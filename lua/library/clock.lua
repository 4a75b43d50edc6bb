-- Redis' wall clock in milliseconds. A file of its own, so that a test can load the library with a clock it controls.
local function read_clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
