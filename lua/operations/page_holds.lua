-- page_holds: some of all hold records, live and ended, in no order; see page_skus for what a scan promises.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [cursor ('0' first), count (a hint)]
-- Answer   no items; extra is [cursor to go on with, '0' at the end; then eight values a hold, as in a hold's detail]
-- Events   none
-- Cost     O(count)
-- Memory   reads only

local function page_holds(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local cursor, count = unpack(cmsgpack.unpack(args[3]))
  local page = redis.call('HSCAN', keys[2], cursor, 'COUNT', count)
  local fields, extra = page[2], { page[1] }
  for index = 1, #fields, 2 do
    local values = hold_values(unpack_hold(fields[index], fields[index + 1]))
    local length = #extra
    for value = 1, #values do extra[length + value] = values[value] end
  end
  return answer(batch, {}, {}, extra)
end

register('page_holds', page_holds, { 'no-writes' })
