-- page_deadlines: some of the deadlines of live holds, in no order; see page_skus for what a scan promises.
--
-- KEYS     as in lua/README.md
-- ARGV[3]  [cursor ('0' first), count of members (a hint; one carries 256 holds at most)]
-- Answer   no items; extra is [cursor to go on with, '0' at the end; then Redis time (ms) and hold ids run together of each]
-- Events   none
-- Cost     O(count)
-- Memory   reads only

local function page_deadlines(keys, args)
  local batch, refusal = begin(keys, args)
  if not batch then return refusal end
  local cursor, count = unpack(cmsgpack.unpack(args[3]))
  local page = redis.call('ZSCAN', keys[4], cursor, 'COUNT', count)
  local members, extra = page[2], { page[1] }
  for index = 1, #members, 2 do
    if string.sub(members[index], 1, 1) == 'H' then
      extra[#extra + 1] = tonumber(members[index + 1])
      extra[#extra + 1] = string.sub(members[index], 2)
    end
  end
  return answer(batch, {}, {}, extra)
end

register('page_deadlines', page_deadlines, { 'no-writes' })
