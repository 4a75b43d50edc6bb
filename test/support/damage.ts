import type { Redis } from 'ioredis';
import type { SkuCounters } from '../../src/domain/sku.js';

/** Where each counter lies in a packed SKU, four bytes each (`lua/library/sku.lua`). */
const OFFSETS = { total: 1, available: 5, held: 9, sold: 13, reserved: 17 } as const;

/** Adds units to counters of a SKU behind the engine's back, with raw Redis commands. Answers the counters before. */
export async function damageCounters(
  redis: Redis,
  partition: number,
  sku: string,
  by: Partial<SkuCounters>,
): Promise<SkuCounters> {
  const key = `{p${partition}}:skus`;
  // WATCH: on a running engine the record changes between the read and the write.
  for (;;) {
    await redis.watch(key);
    const record = await redis.hgetBuffer(key, sku);
    if (record === null) throw new Error(`there is no ${sku} in partition ${partition}`);
    const read = (name: keyof typeof OFFSETS): number => record.readUInt32BE(OFFSETS[name]);
    const before = {
      total: read('total'),
      available: read('available'),
      held: read('held'),
      sold: read('sold'),
      reserved: read('reserved'),
    };
    for (const [name, units] of Object.entries(by) as [keyof typeof OFFSETS, number][]) {
      record.writeUInt32BE(before[name] + units, OFFSETS[name]);
    }
    if ((await redis.multi().hset(key, sku, record).exec()) !== null) return before;
  }
}
