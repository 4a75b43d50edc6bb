-- page_buyers: some of all buyers' records, in no order; see page_skus for what a scan promises.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [cursor ('0' first), count (a hint)]
-- Answer   no items; extra is [cursor to go on with, '0' at the end; then `sku|buyer` and units held or bought of each]
-- Events   none
-- Cost     O(count)
-- Memory   reads only

local function page_buyers(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local cursor, count = unpack(cmsgpack.unpack(args[3]))
  local page = redis.call('HSCAN', keys[3], cursor, 'COUNT', count)
  local fields, extra = page[2], { page[1] }
  for index = 1, #fields, 2 do
    extra[#extra + 1] = fields[index]
    extra[#extra + 1] = units_of(fields[index + 1])
  end
  return answer(batch, {}, {}, extra)
end

register('page_buyers', page_buyers, { 'no-writes' })
