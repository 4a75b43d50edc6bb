-- What every function starts with: the checks of epoch and seq, and the state of one call.

local STATUS_DONE, STATUS_WRONG_EPOCH, STATUS_BEHIND, STATUS_NOT_INITIALISED = 0, 1, 2, 3

-- Lua's unpack puts every value on a stack of limited size, and a long argument list blocks Redis' parser.
local CHUNK = 1000

-- Redis serves nobody else while a call runs, and the ledger takes an event whole: both bound the items of a call.
local ITEMS_MAX = 1000

-- The operation's arguments; `ids` of them is the column that says how many items there are. Before anything is written.
local function assert_items(ids)
  if #ids > ITEMS_MAX then error('more than ' .. ITEMS_MAX .. ' items in one call') end
end

-- One HMGET, or one a chunk: values aligned with `fields`, false where there is none.
local function read_fields(key, fields)
  local count = #fields
  if count == 0 then return {} end
  if count <= CHUNK then return redis.call('HMGET', key, unpack(fields)) end
  local values = {}
  for from = 1, count, CHUNK do
    local part = redis.call('HMGET', key, unpack(fields, from, math.min(from + CHUNK - 1, count)))
    for index = 1, #part do values[from + index - 1] = part[index] end
  end
  return values
end

-- HSET or ZADD pairs, HDEL or ZREM members: nothing when there are none.
local function write_values(command, key, values)
  local count = #values
  for from = 1, count, CHUNK do
    redis.call(command, key, unpack(values, from, math.min(from + CHUNK - 1, count)))
  end
end

-- Answers the state of this call, or nil and the packed refusal. Reads only.
local function begin(keys, args)
  local meta = redis.call('HMGET', keys[6], 'epoch', 'seq', 'last')
  if not meta[1] then return nil, cmsgpack.pack({ STATUS_NOT_INITIALISED }) end
  local seq = tonumber(meta[2])
  if meta[1] ~= args[1] then return nil, cmsgpack.pack({ STATUS_WRONG_EPOCH, tonumber(meta[1]) }) end
  if seq < tonumber(args[2]) then return nil, cmsgpack.pack({ STATUS_BEHIND, seq }) end
  return {
    keys = keys,
    epoch = tonumber(meta[1]),
    seq = seq,
    -- The wall clock may step back; time of a partition may not.
    now = math.max(read_clock(), tonumber(meta[3])),
    -- SKUs by name, and in the order they were touched and first changed.
    skus = {}, touched = {}, changed_skus = {},
    -- Flat list of changes, eight values each.
    changes = {}, change_length = 0,
    -- Hold records as this call leaves them, by id; and the pairs to write.
    holds = {}, hold_writes = {}, hold_write_length = 0,
    -- Buyer records as this call leaves them, by `sku|buyer` (false: none); the pairs to write and those to remove.
    buyers = {}, buyer_writes = {}, buyer_write_length = 0, buyer_removals = {},
    -- Members of the deadlines to add (score, member, …) and to remove.
    due = {}, not_due = {},
  }
end
