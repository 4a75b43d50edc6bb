import { EngineBench, SALE, type Sale } from './engine-bench.js';
import { LagWatch, lagSeconds } from './lag.js';
import type { LoadClient } from './load.js';
import { acceptedIn } from './measurement.js';
import { skuName } from './operations.js';
import type { Options } from './options.js';
import { grouped, table } from './report.js';
import type { Reporter } from './reporter.js';
import { quantile } from './statistics.js';
import type { Gate } from './targets.js';

/** What came to Postgres. An event has many holds; each is a row of `holds` and one of `history`, each event one of `ledger_events`. */
interface WrittenPerSecond {
  readonly holds: number;
  readonly rows: number;
}

const ROWS_A_HOLD = 2;

/** How the ledger keeps up at one load. */
export interface LedgerFigures {
  readonly acceptedPerSecond: number;
  readonly lagP50Seconds: number;
  readonly lagP99Seconds: number;
  /** While selling. */
  readonly written: WrittenPerSecond;
  /** From the last answer until Postgres had everything. */
  readonly drainSeconds: number;
  /** While draining; nothing when it took no time. */
  readonly writtenDraining: WrittenPerSecond;
  readonly holds: number;
}

/** What was not measured is missing. */
export interface LedgerResults {
  atSaturation?: LedgerFigures;
  atHalf?: LedgerFigures;
  afterBurst?: LedgerFigures;
}

/** Of the target; a smaller burst says nothing about it. */
const BURST_HOLDS = 500_000;
const CALIBRATION_SECONDS = 2;
const CALIBRATIONS_MAX = 5;
/** Half is whatever lies in between, as a share of saturation; so much is tried for, and less than the lower proves nothing. */
const HALF_LOW = 0.45;
const HALF_HIGH = 0.55;
/** A burst at the speed measured before is made this much longer, so that it has as many holds even when it is slower. */
const BURST_RESERVE = 1.15;

/** Lag and speed of the write-behind at saturation, at half of it, and after a burst, into `results` as they come. */
export async function measureLedger(
  options: Options,
  client: LoadClient,
  results: LedgerResults,
  { progress, failures }: Pick<Reporter<never>, 'progress' | 'failures'>,
): Promise<void> {
  progress('starting an engine and warming up');
  const engine = await EngineBench.start(options, client);
  try {
    await watched(engine, 'warm-', { seconds: options.warmUpSeconds });
    progress(`selling at full speed for ${options.seconds} s`);
    const atSaturation = await watched(engine, 'full-', { seconds: options.seconds });
    results.atSaturation = atSaturation;
    // One after the other: what goes wrong with the half leaves the burst to be measured.
    await failures.survive('the ledger at half of saturation', async () => {
      const pauseMs = await pauseForHalf(
        engine,
        options.connections,
        atSaturation.acceptedPerSecond,
        progress,
      );
      progress(`selling at half of it for ${options.seconds} s`);
      results.atHalf = await watched(engine, 'half-', { seconds: options.seconds, pauseMs });
    });
    const seconds = Math.ceil((options.burst / atSaturation.acceptedPerSecond) * BURST_RESERVE);
    progress(`a burst at full speed for ${seconds} s`);
    await failures.survive('the ledger after a burst', async () => {
      results.afterBurst = await watched(engine, 'burst-', { seconds });
    });
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
  const before = await engine.stores.eventsInLedger();
  const watch = new LagWatch(engine.stores);
  const result = await engine.run({ prefix, skus: 1, ...how }).finally(() => watch.stop());
  const lags = [...lagSeconds(await watch.stop())].sort((a, b) => a - b);
  const afterSelling = await engine.stores.eventsInLedger();
  const drainSeconds = await engine.drained();
  const afterDraining = await engine.stores.eventsInLedger();
  // Events are counted by Postgres, at the moment; the holds in them by the engine, and spread evenly over the events.
  const holdsAnEvent = (await engine.operations.unitsHeld(prefix)) / Math.max(1, afterDraining - before);
  const written = (events: number, seconds: number): WrittenPerSecond => {
    const holds = seconds === 0 ? 0 : (events * holdsAnEvent) / seconds;
    return { holds, rows: holds * ROWS_A_HOLD + (seconds === 0 ? 0 : events / seconds) };
  };
  return {
    acceptedPerSecond: acceptedIn(result) / result.seconds,
    lagP50Seconds: quantile(lags, 0.5),
    lagP99Seconds: quantile(lags, 0.99),
    written: written(afterSelling - before, result.seconds),
    drainSeconds,
    writtenDraining: written(afterDraining - afterSelling, drainSeconds),
    holds: acceptedIn(result),
  };
}

/**
 * How long each connection has to wait after an answer for half of what it sells without waiting. Tried out, because how
 * long an answer takes at half load is not known before. On a machine that is not quiet it may be the nearest of several.
 */
async function pauseForHalf(
  engine: EngineBench,
  connections: number,
  acceptedPerSecond: number,
  progress: (text: string) => void,
): Promise<number> {
  const wanted = acceptedPerSecond / 2;
  const turnMs = (perSecond: number): number => (1000 * connections) / perSecond;
  let pauseMs = turnMs(wanted) - turnMs(acceptedPerSecond);
  let nearest = { pauseMs, distance: Number.POSITIVE_INFINITY };
  for (let attempt = 1; attempt <= CALIBRATIONS_MAX; attempt += 1) {
    const how = { seconds: CALIBRATION_SECONDS, pauseMs };
    const { acceptedPerSecond: reached } = await watched(engine, `attempt-${attempt}-`, how);
    const share = reached / acceptedPerSecond;
    progress(`a pause of ${pauseMs.toFixed(1)} ms gives ${(share * 100).toFixed(0)} % of full speed`);
    if (share > HALF_LOW && share < HALF_HIGH) return pauseMs;
    const distance = Math.abs(share - 0.5);
    if (distance < nearest.distance) nearest = { pauseMs, distance };
    pauseMs = Math.max(1, pauseMs + turnMs(wanted) - turnMs(reached));
  }
  return nearest.pauseMs;
}

export function ledgerTable(results: LedgerResults, markdown: boolean): string {
  const columns = [results.atSaturation, results.atHalf, results.afterBurst];
  const row = (name: string, digits: number, pick: (figures: LedgerFigures) => number): string[] => [
    name,
    ...columns.map((figures) =>
      figures === undefined ? '–' : digits === 0 ? grouped(pick(figures)) : pick(figures).toFixed(digits),
    ),
  ];
  const full = results.atSaturation?.acceptedPerSecond ?? Number.NaN;
  const rows = [
    row('holds accepted a second', 0, (figures) => figures.acceptedPerSecond),
    row('  as a share of saturation', 2, (figures) => figures.acceptedPerSecond / full),
    row('holds', 0, (figures) => figures.holds),
    row('lag while selling, p50 s', 2, (figures) => figures.lagP50Seconds),
    row('lag while selling, p99 s', 2, (figures) => figures.lagP99Seconds),
    row('holds written to Postgres a second while selling', 0, (figures) => figures.written.holds),
    row('  rows of the ledger', 0, (figures) => figures.written.rows),
    row('drained after the selling, s', 2, (figures) => figures.drainSeconds),
    row('holds written to Postgres a second while draining', 0, (figures) => figures.writtenDraining.holds),
    row('  rows of the ledger', 0, (figures) => figures.writtenDraining.rows),
  ];
  return table(['ledger', 'at saturation', 'at half of it', 'burst'], rows, markdown);
}

export function ledgerGates(results: LedgerResults): readonly Gate[] {
  return [lagGate(results.atSaturation, results.atHalf), burstGate(results.afterBurst)];
}

/** At less than half of saturation a short lag proves nothing, at more it proves the more. */
function lagGate(atSaturation: LedgerFigures | undefined, atHalf: LedgerFigures | undefined): Gate {
  const target = 'lagAtHalfSeconds';
  if (atSaturation === undefined || atHalf === undefined) {
    return { target, value: Number.NaN, note: 'not measured' };
  }
  const share = atHalf.acceptedPerSecond / atSaturation.acceptedPerSecond;
  if (share >= HALF_LOW) return { target, value: atHalf.lagP99Seconds };
  return { target, value: Number.NaN, note: `only ${share.toFixed(2)} of saturation was sold` };
}

function burstGate(afterBurst: LedgerFigures | undefined): Gate {
  const target = 'burstDrainSeconds';
  if (afterBurst === undefined) return { target, value: Number.NaN, note: 'not measured' };
  if (afterBurst.holds >= BURST_HOLDS) return { target, value: afterBurst.drainSeconds };
  const note = `the burst had only ${grouped(afterBurst.holds)} of ${grouped(BURST_HOLDS)} holds`;
  return { target, value: Number.NaN, note };
}
