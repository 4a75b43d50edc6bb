-- `PREFIX` is set by the line above this file, which src/stock/library.ts writes.
local function register(name, callback, flags)
  redis.register_function({ function_name = PREFIX .. name, callback = callback, flags = flags })
end
