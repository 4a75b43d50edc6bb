import { EngineBench, SALE, type Sale } from './engine-bench.js';
import { LagWatch, lagSeconds } from './lag.js';
import type { LoadClient } from './load.js';
import { acceptedIn } from './measurement.js';
import { skuName } from './operations.js';
import type { Options } from './options.js';
import { table } from './report.js';
import { quantile } from './statistics.js';
import type { Gate } from './targets.js';

/** How the ledger keeps up at one load. */
export interface LedgerFigures {
  readonly acceptedPerSecond: number;
  readonly lagP50Seconds: number;
  readonly lagP99Seconds: number;
  /** Rows that the ledger wrote to Postgres a second, while selling. */
  readonly rowsPerSecond: number;
  /** From the last answer until Postgres had everything. */
  readonly drainSeconds: number;
  /** Rows a second in that time; 0 when it took none. */
  readonly drainRowsPerSecond: number;
  readonly holds: number;
}

export interface LedgerResults {
  readonly atSaturation: LedgerFigures;
  readonly atHalf: LedgerFigures;
  readonly afterBurst: LedgerFigures;
  /** Holds that the burst was to have. */
  readonly burstWanted: number;
}

const WARM_UP_SECONDS = 5;
const CALIBRATION_SECONDS = 2;
const CALIBRATIONS_MAX = 5;
/** Half is whatever lies in between, as a share of saturation. */
const HALF_LOW = 0.45;
const HALF_HIGH = 0.55;
/** A burst at the speed measured before is made this much longer, so that it has as many holds even when it is slower. */
const BURST_RESERVE = 1.15;

/** Lag and speed of the write-behind at saturation, at half of it, and after a burst. */
export async function measureLedger(options: Options, client: LoadClient): Promise<LedgerResults> {
  const engine = await EngineBench.start(options, client);
  try {
    await watched(engine, 'warm-', { seconds: WARM_UP_SECONDS });
    const atSaturation = await watched(engine, 'full-', { seconds: options.seconds });
    const pauseMs = await pauseForHalf(engine, options.connections, atSaturation.acceptedPerSecond);
    const atHalf = await watched(engine, 'half-', { seconds: options.seconds, pauseMs });
    const seconds = Math.ceil((options.burst / atSaturation.acceptedPerSecond) * BURST_RESERVE);
    const afterBurst = await watched(engine, 'burst-', { seconds });
    return { atSaturation, atHalf, afterBurst, burstWanted: options.burst };
  } finally {
    await engine.stop();
  }
}

/** Sells a SKU of its own, so that no buyer comes to their limit, and watches the ledger meanwhile and after. */
async function watched(
  engine: EngineBench,
  prefix: string,
  how: Pick<Sale, 'seconds' | 'pauseMs'>,
): Promise<LedgerFigures> {
  await engine.operations.define(skuName(prefix, 0), SALE);
  await engine.settled();
  const rowsBefore = await rowsWritten(engine);
  const watch = new LagWatch(engine.stores);
  const result = await engine.run({ prefix, skus: 1, ...how }).finally(() => watch.stop());
  const lags = [...lagSeconds(await watch.stop())].sort((a, b) => a - b);
  const rowsSelling = (await rowsWritten(engine)) - rowsBefore;
  const drainSeconds = await engine.drained();
  const rowsDraining = (await rowsWritten(engine)) - rowsBefore - rowsSelling;
  return {
    acceptedPerSecond: acceptedIn(result) / result.seconds,
    lagP50Seconds: quantile(lags, 0.5),
    lagP99Seconds: quantile(lags, 0.99),
    rowsPerSecond: rowsSelling / result.seconds,
    drainSeconds,
    drainRowsPerSecond: drainSeconds === 0 ? 0 : rowsDraining / drainSeconds,
    holds: acceptedIn(result),
  };
}

/** As the engine counts them: Postgres' own counters come a second late, and count what is not the ledger's. */
async function rowsWritten(engine: EngineBench): Promise<number> {
  const rows = /^holdfast_ledger_rows_total(?:\{[^}]*\})? (\S+)$/m.exec(
    await engine.operations.metrics(),
  )?.[1];
  if (rows === undefined) throw new Error('the engine does not say how many rows the ledger wrote');
  return Number(rows);
}

/**
 * How long each connection has to wait after an answer for half of what it sells without waiting. Tried out, because how
 * long an answer takes at half load is not known before.
 */
async function pauseForHalf(
  engine: EngineBench,
  connections: number,
  acceptedPerSecond: number,
): Promise<number> {
  const wanted = acceptedPerSecond / 2;
  const turnMs = (perSecond: number): number => (1000 * connections) / perSecond;
  let pauseMs = turnMs(wanted) - turnMs(acceptedPerSecond);
  for (let attempt = 1; attempt <= CALIBRATIONS_MAX; attempt += 1) {
    const how = { seconds: CALIBRATION_SECONDS, pauseMs };
    const { acceptedPerSecond: reached } = await watched(engine, `attempt-${attempt}-`, how);
    const share = reached / acceptedPerSecond;
    if (share > HALF_LOW && share < HALF_HIGH) return pauseMs;
    pauseMs = Math.max(1, pauseMs + turnMs(wanted) - turnMs(reached));
  }
  throw new Error(
    `no pause gave half of ${Math.round(acceptedPerSecond)} holds a second; try other --connections`,
  );
}

export function ledgerTable(results: LedgerResults, markdown: boolean): string {
  const columns = [results.atSaturation, results.atHalf, results.afterBurst];
  const row = (name: string, digits: number, pick: (figures: LedgerFigures) => number): string[] => [
    name,
    ...columns.map((figures) => pick(figures).toFixed(digits)),
  ];
  const rows = [
    row('accepted a second', 0, (figures) => figures.acceptedPerSecond),
    row('holds', 0, (figures) => figures.holds),
    row('lag while selling, p50 s', 2, (figures) => figures.lagP50Seconds),
    row('lag while selling, p99 s', 2, (figures) => figures.lagP99Seconds),
    row('ledger rows a second while selling', 0, (figures) => figures.rowsPerSecond),
    row('drained after it, s', 2, (figures) => figures.drainSeconds),
    row('ledger rows a second while draining', 0, (figures) => figures.drainRowsPerSecond),
  ];
  return table(['ledger', 'at saturation', 'at half of it', 'burst'], rows, markdown);
}

export function ledgerGates(results: LedgerResults): readonly Gate[] {
  const { atHalf, afterBurst, burstWanted } = results;
  return [
    { target: 'lagAtHalfSeconds', value: atHalf.lagP99Seconds },
    // A burst that was smaller than it should be proves nothing: not a number meets no target.
    {
      target: 'burstDrainSeconds',
      value: afterBurst.holds >= burstWanted ? afterBurst.drainSeconds : Number.NaN,
    },
  ];
}
