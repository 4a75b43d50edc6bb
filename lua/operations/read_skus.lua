-- read_skus: SKUs as stored.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [names]
-- Answer   a code an item: SKU_UNCHANGED, UNKNOWN_SKU
-- Events   none
-- Cost     O(items)
-- Memory   reads only

local function read_skus(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local names = cmsgpack.unpack(args[3])[1]
  assert_items(names)
  local skus = load_skus(batch, names)
  local codes, details, place = {}, {}, {}
  for index = 1, #batch.touched do place[batch.touched[index]] = index end
  for index = 1, #skus do
    codes[index] = skus[index] and SKU_UNCHANGED or UNKNOWN_SKU
    details[index] = place[skus[index]] or 0
  end
  return answer(batch, codes, details, 0)
end

register('read_skus', read_skus, { 'no-writes' })
