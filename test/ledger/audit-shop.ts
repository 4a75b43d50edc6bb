import { randomBytes } from 'node:crypto';
import type { Test } from 'tap';
import { partitionOf } from '../../src/domain/partition.js';
import { executePatiently, waitWith } from '../../src/domain/patience.js';
import type { StockCall, StockReply } from '../../src/domain/stock-call.js';
import { Auditor } from '../../src/ledger/audit.js';
import { PostgresLedgerSums } from '../../src/ledger/ledger-sums.js';
import { PostgresLedgerQueries } from '../../src/ledger/queries.js';
import { RedisStockStore } from '../../src/stock/store.js';
import { systemClock } from '../../src/system-clock.js';
import { runWriter, type Stage, stage } from './support.js';

export const PARTITIONS = 2;
export const actor = 'request-1|key-1|192.0.2.7';
export const never = Number.MAX_SAFE_INTEGER;

export interface Shop extends Stage {
  readonly queries: PostgresLedgerQueries;
  readonly auditor: Auditor;
  /** Called after each recount, before it is compared: what happens here lies between two recounts. */
  afterRecount: () => Promise<unknown>;
  readonly flush: () => Promise<boolean>;
  readonly stopStore: () => Promise<void>;
  call(sku: string, call: Record<string, unknown> & { operation: string }): Promise<StockReply>;
  define(sku: string, total: number, reserved?: number, holdTtlMs?: number): Promise<void>;
  hold(sku: string, count: number): Promise<readonly string[]>;
}

/** A real stock store, a writer, and questions to both. */
export async function openShop(t: Test): Promise<Shop> {
  const here = await stage(t, PARTITIONS);
  const { epoch } = here.deployment;
  const store = new RedisStockStore({ url: here.redisUrl, timeoutMs: 2000, adjustmentRetentionMs: 60_000 });
  await store.open();
  t.teardown(() => store.close());
  await store.initialise({ epoch, partitions: PARTITIONS, mayCreate: true });
  const { writer } = runWriter(t, here);
  const ledger = new PostgresLedgerSums(here.pool);
  const sums = ledger.sums.bind(ledger);
  ledger.sums = async (...asked) => {
    await shop.afterRecount();
    return sums(...asked);
  };
  const auditor = new Auditor({
    store,
    source: here.source,
    epoch,
    ledger,
    clock: systemClock,
    partitions: PARTITIONS,
  });
  const call: Shop['call'] = async (sku, request) => {
    const scope = { partition: partitionOf(sku, PARTITIONS), epoch, seqSeen: 0 };
    const calls = [{ ...scope, ...request } as unknown as StockCall];
    const [result] = await executePatiently(store, calls, waitWith(systemClock));
    if (result?.kind !== 'reply') throw new Error(`not a reply: ${JSON.stringify(result)}`);
    return result;
  };
  const shop: Shop = {
    ...here,
    auditor,
    afterRecount: () => Promise.resolve(),
    queries: new PostgresLedgerQueries(here.pool, auditor, false),
    flush: () => writer.flush(10_000),
    stopStore: () => store.close(),
    call,
    async define(sku, total, reserved = 0, holdTtlMs = 600_000) {
      const rules = { buyerLimit: 0, holdTtlMs, opensAt: 0, closesAt: 0 };
      const definition = { sku, total, reserved, ...rules };
      await call(sku, { operation: 'define', definition, notAfter: never, actor });
      await call(sku, { operation: 'change_state', sku, action: 'open', notAfter: never, actor });
    },
    async hold(sku, count) {
      const items = Array.from({ length: count }, (_, index) => ({
        holdId: randomBytes(21).toString('base64url'),
        sku,
        buyerId: `buyer-${index % 3}`,
        quantity: 1 + (index % 2),
        notAfter: never,
        actor,
      }));
      const { results } = await call(sku, { operation: 'hold', items });
      return items.filter((_, index) => results[index]?.kind === 'created').map(({ holdId }) => holdId);
    },
  };
  return shop;
}
