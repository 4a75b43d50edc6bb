const COUNTERS = ['total', 'available', 'held', 'sold', 'reserved'];
/** A packed SKU (`lua/library/sku.lua`): its state, five counters, and rules that stay as they are. */
const DAMAGE = `
local record = redis.call('HGET', KEYS[1], ARGV[1])
local state, total, available, held, sold, reserved = struct.unpack('>BI4I4I4I4I4', record)
redis.call('HSET', KEYS[1], ARGV[1], struct.pack('>BI4I4I4I4I4', state, total + ARGV[2], available + ARGV[3],
  held + ARGV[4], sold + ARGV[5], reserved + ARGV[6]) .. string.sub(record, 22))`;
/** Adds units to counters of a SKU behind the engine's back, also while it sells. */
export async function damageCounters(redis, partition, sku, by) {
    const units = COUNTERS.map((name) => by[name] ?? 0);
    await redis.eval(DAMAGE, 1, `{p${partition}}:skus`, sku, ...units);
}
//# sourceMappingURL=damage.js.map