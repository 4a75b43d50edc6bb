-- page_skus: some of all SKUs, in no order. One that is there from the first page to the last is in at least one of them.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [cursor ('0' first), count (a hint)]
-- Answer   no items; the SKUs are the answer's `skus`; extra is [cursor to go on with, '0' at the end]
-- Events   none
-- Cost     O(count)
-- Memory   reads only

local function page_skus(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local cursor, count = unpack(cmsgpack.unpack(args[3]))
  local page = redis.call('HSCAN', keys[1], cursor, 'COUNT', count)
  local fields = page[2]
  for index = 1, #fields, 2 do
    batch.touched[#batch.touched + 1] = unpack_sku(fields[index], fields[index + 1])
  end
  return answer(batch, {}, {}, { page[1] })
end

register('page_skus', page_skus, { 'no-writes' })
