import { setTimeout as delay } from 'node:timers/promises';
import type { LoadClient } from './load.js';
import { Operations, skuName } from './operations.js';
import type { Options } from './options.js';
import { Prober } from './prober.js';
import { distribution, table } from './report.js';
import type { Reporter } from './reporter.js';
import { type Stack, startStack } from './stack.js';
import type { Gate, TargetName } from './targets.js';

/** What was not measured is missing. */
export interface DeadlineFigures {
  /** Milliseconds from a hold's deadline until another buyer could hold the unit, of each probed SKU. */
  expiryRestMs?: readonly number[];
  expiryLoadMs?: readonly number[];
  /** Milliseconds from `opensAt` until the last prober that was still refused, of each probed SKU. */
  openingMs?: readonly number[];
  /** Holds given before `opensAt`. */
  earlySales?: number;
}

const EXPIRY_SKUS = 32;
const EXPIRY_TTL_MS = 1500;
const OPENING_SKUS = 32;
const OPENING_LEAD_MS = 2000;
/** Probes begin this long before the moment and end this long after it. */
const PROBE_BEFORE_MS = 300;
const PROBE_AFTER_MS = 3000;
/** Between two probes of one SKU: probing at full speed would not be "at rest". */
const PROBE_PAUSE_MS = 2;
const LOAD_SECONDS = 12;
const LOAD_WARM_UP_MS = 3000;
const SETTLE_MS = 300;

/**
 * Probes the promises about time from outside, as a buyer would: by asking for the unit again and again. All clocks are this
 * machine's one clock, which Redis and the engine use too.
 */
export async function measureDeadlines(
  options: Options,
  client: LoadClient,
  figures: DeadlineFigures,
  { progress, failures }: Pick<Reporter<never>, 'progress' | 'failures'>,
): Promise<void> {
  progress('starting an engine');
  const stack = await startStack({ shards: options.shards, profile: options.profile });
  try {
    const operations = new Operations(stack.operationsUrl);
    progress('deadlines at rest');
    await failures.survive('deadlines at rest', async () => {
      figures.expiryRestMs = await measureExpiry('rest-', stack, operations);
    });
    progress('opening on the dot');
    await failures.survive('opening', async () => {
      const opening = await measureOpening(stack, operations);
      figures.openingMs = opening.lateMs;
      figures.earlySales = opening.early;
    });
    progress(`deadlines under load, ${LOAD_SECONDS} s`);
    await failures.survive('deadlines under load', async () => {
      figures.expiryLoadMs = await underLoad(options, client, stack, operations, () =>
        measureExpiry('load-', stack, operations),
      );
    });
  } finally {
    await stack.stop();
  }
}

async function underLoad<Result>(
  options: Options,
  client: LoadClient,
  stack: Stack,
  operations: Operations,
  action: () => Promise<Result>,
): Promise<Result> {
  await operations.define('busy-000000', { total: 100_000_000, buyerLimit: 5, holdTtlMs: 600_000 });
  const load = client.run({
    url: stack.storefrontUrl,
    path: '/v1/holds',
    skuPrefix: 'busy-',
    skus: 1,
    tag: 'busy-load',
    buyers: 1_000_000,
    seconds: LOAD_SECONDS,
    connections: options.connections,
    threads: options.threads,
  });
  // Waited for below; when the action fails first, what comes of the load does not matter any more.
  load.catch(() => undefined);
  await delay(LOAD_WARM_UP_MS);
  const result = await action();
  await load;
  return result;
}

/** Sells the only unit of each SKU, then asks for it until another buyer gets it. */
async function measureExpiry(
  prefix: string,
  stack: Stack,
  operations: Operations,
): Promise<readonly number[]> {
  await operations.defineMany(prefix, EXPIRY_SKUS, { total: 1, buyerLimit: 1, holdTtlMs: EXPIRY_TTL_MS });
  await delay(SETTLE_MS);
  const prober = new Prober(stack.storefrontUrl);
  try {
    return await Promise.all(
      Array.from({ length: EXPIRY_SKUS }, async (_, index) => {
        const sku = skuName(prefix, index);
        const first = await prober.hold(sku, 'first-buyer');
        if (first.status !== 201 || first.expiresAt === undefined) {
          throw new Error(`the first hold of ${sku} answered ${first.status}`);
        }
        const deadline = first.expiresAt;
        await delay(Math.max(0, deadline - PROBE_BEFORE_MS - Date.now()));
        for (let attempt = 0; ; attempt += 1) {
          const probe = await prober.hold(sku, `buyer-${attempt}`);
          if (probe.status === 201) return probe.answeredAt - deadline;
          if (Date.now() > deadline + 10 * PROBE_AFTER_MS) throw new Error(`${sku} never came back on sale`);
          await delay(PROBE_PAUSE_MS);
        }
      }),
    );
  } finally {
    prober.close();
  }
}

/** Asks for stock before, at and after `opensAt`: early successes are counted, and how long the last refusal came after it. */
async function measureOpening(
  stack: Stack,
  operations: Operations,
): Promise<{ lateMs: readonly number[]; early: number }> {
  const opensAt = Date.now() + OPENING_LEAD_MS;
  const rules = {
    total: 1_000_000,
    buyerLimit: 0,
    holdTtlMs: 600_000,
    opensAt: new Date(opensAt).toISOString(),
  };
  await operations.defineMany('opening-', OPENING_SKUS, rules);
  const prober = new Prober(stack.storefrontUrl);
  let early = 0;
  try {
    await delay(Math.max(0, opensAt - PROBE_BEFORE_MS - Date.now()));
    const lateMs = await Promise.all(
      Array.from({ length: OPENING_SKUS }, async (_, index) => {
        let lastRefusedMs = 0;
        let sold = false;
        for (let attempt = 0; Date.now() < opensAt + PROBE_AFTER_MS / 3; attempt += 1) {
          const probe = await prober.hold(skuName('opening-', index), `buyer-${attempt}`);
          if (probe.status === 201) {
            sold = true;
            if (probe.answeredAt < opensAt) early += 1;
          } else lastRefusedMs = Math.max(lastRefusedMs, probe.askedAt - opensAt);
          await delay(PROBE_PAUSE_MS);
        }
        if (!sold) throw new Error(`${skuName('opening-', index)} did not open`);
        return Math.max(0, lastRefusedMs);
      }),
    );
    return { lateMs, early };
  } finally {
    prober.close();
  }
}

export function deadlineTable(figures: DeadlineFigures, markdown: boolean): string {
  const row = (name: string, samples: readonly number[] | undefined): string[] => [
    name,
    ...(samples === undefined ? ['–', '–', '–', '–'] : distribution(samples)),
  ];
  const rows = [
    row('back on sale after the deadline, at rest', figures.expiryRestMs),
    row('back on sale after the deadline, under load', figures.expiryLoadMs),
    row('last refusal after opensAt', figures.openingMs),
  ];
  const early = `Holds given before opensAt: ${figures.earlySales ?? 'not measured'}.`;
  return `${table(['ms', 'p50', 'p99', 'worst', 'SKUs'], rows, markdown)}\n\n${early}`;
}

export function deadlineGates(figures: DeadlineFigures): readonly Gate[] {
  const worst = (target: TargetName, samples: readonly number[] | undefined): Gate =>
    samples === undefined
      ? { target, value: Number.NaN, note: 'not measured' }
      : { target, value: Math.max(...samples) };
  return [
    worst('expiryRestMs', figures.expiryRestMs),
    worst('expiryLoadMs', figures.expiryLoadMs),
    worst('openingMs', figures.openingMs),
    worst('earlySales', figures.earlySales === undefined ? undefined : [figures.earlySales]),
  ];
}
