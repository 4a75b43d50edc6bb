import { Operations } from '../../bench/operations.js';
import type { SoldSku } from '../../loadtest/consistency/records.js';
import { until } from '../support/until.js';
import type { Target } from './load/connection.js';

const COMMON_SKUS = 30;
/** Longer than any round, whose books would be compared while holds end by themselves; the most an engine allows by default. */
const HOLD_TTL_MS = 3_600_000;
/** Long enough to be confirmed in, short enough that every round sees holds expire. */
const SHORT_TTL_MS = 800;

/** What is sold in a round: one SKU that all want and that sells out, one whose holds expire at once, and many others. */
export function skusOf(name: string): readonly SoldSku[] {
  const common = Array.from({ length: COMMON_SKUS }, (_, index) => ({
    sku: `${name}-${index}`,
    total: 10_000_000,
    buyerLimit: 4,
    holdTtlMs: HOLD_TTL_MS,
    buyers: 1_000_000,
    weight: 3,
  }));
  return [
    { sku: `${name}-hot`, total: 1000, buyerLimit: 4, holdTtlMs: HOLD_TTL_MS, buyers: 2000, weight: 10 },
    {
      sku: `${name}-brief`,
      total: 1_000_000,
      buyerLimit: 4,
      holdTtlMs: SHORT_TTL_MS,
      buyers: 5000,
      weight: 3,
    },
    ...common,
  ];
}

export async function openSale(operationsUrl: string, skus: readonly SoldSku[]): Promise<void> {
  const operations = new Operations(operationsUrl);
  await Promise.all(
    skus.map(({ sku, total, buyerLimit, holdTtlMs }) =>
      operations.define(sku, { total, buyerLimit, holdTtlMs }),
    ),
  );
}

/** An engine that did not open a SKU itself knows of it a moment later, and says `not_open` until then. */
export async function openEverywhere(targets: readonly Target[], skus: readonly SoldSku[]): Promise<void> {
  for (const { host, port } of targets) {
    for (const { sku } of skus) {
      const isOpen = async (): Promise<boolean> => {
        const response = await fetch(`http://${host}:${port}/v1/skus/${sku}`);
        return ((await response.json()) as { state?: string }).state === 'open';
      };
      await until(isOpen, { what: `${sku} open at port ${port}` });
    }
  }
}
