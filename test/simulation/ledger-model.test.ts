import assert from 'node:assert/strict';
import fc from 'fast-check';
import pg from 'pg';
import t from 'tap';
import { LedgerBatch, type LedgerEvent, UnwritableEvent } from '../../src/ledger/batch.js';
import {
  markStockReady,
  mintEpoch,
  openDeployment,
  raiseAcknowledged,
  readPositions,
} from '../../src/ledger/deployment.js';
import type { LedgerStore, WriteResult } from '../../src/ledger/ledger-store.js';
import {
  type EventPlace,
  type EventTime,
  keepLostEvents,
  readEventTimes,
  readLostEvents,
} from '../../src/ledger/lost-events.js';
import { PostgresLedger, type Step } from '../../src/ledger/transactions.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';
import { LedgerModel } from './ledger-model.js';
import {
  type Cut,
  ENGINES,
  EventMaker,
  type EventPlan,
  type LedgerStep,
  ledgerStep,
  PARTITIONS,
} from './ledger-model-histories.js';
import { modelRows, realRows } from './ledger-model-rows.js';

/** More lives, or those of a seed that a failure printed. */
const RUNS = Number(process.env.HOLDFAST_PROPERTY_RUNS ?? 100);
const SEED = process.env.HOLDFAST_PROPERTY_SEED;
/** Whether the first failure will do, as it is. */
const ENDS_AT_FIRST = process.env.HOLDFAST_PROPERTY_END === 'first';
const STEPS_MAX = 30;

/** Where events are looked for in the ledger. */
const PLACES: readonly EventPlace[] = Array.from({ length: PARTITIONS * 8 }, (_, index) => {
  return { partition: index % PARTITIONS, seq: 1 + Math.floor(index / PARTITIONS) };
});

/** Answers over all lives: a generator that no longer reaches one would test nothing of it. */
const seen = new Map<string, number>();
const EXPECTED = [
  ...[
    'written',
    'fenced',
    'lost',
    'hold_exists',
    'hold_not_held',
    '22003',
    '22008',
    '22021',
    '23514',
    '54000',
  ],
  ...['21000', 'leads', 'follows', 'orphans', 'race', 'refused deployment'],
];

function count(what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}

/** The real ledger and its model side by side. */
class Pair {
  readonly real: PostgresLedger[];
  model!: LedgerModel;
  sessions: LedgerStore[] = [];
  epoch = 0;
  #cut: Cut = 'none';
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool, url: string) {
    this.#pool = pool;
    this.real = Array.from(
      { length: ENGINES },
      (_, engine) =>
        new PostgresLedger({
          url,
          statementTimeoutMs: 5000,
          queryTimeoutMs: 6000,
          applicationName: `engine ${engine}`,
          beforeStatement: (step) => this.#mayFail(step),
        }),
    );
  }

  #mayFail(step: Step): void {
    const at = {
      none: undefined,
      unreachable: 'begin',
      cut_before: 'move-positions',
      cut_after: 'committed',
    }[this.#cut];
    if (step === at) throw new Error(`simulated: ${this.#cut}`);
  }

  /** Empties both and makes the deployment anew. */
  async reset(): Promise<void> {
    await Promise.all(this.real.map((ledger) => ledger.close()));
    await this.#untilConnected([]);
    await openDeployment(this.#pool, { partitions: PARTITIONS });
    await this.#pool.query(
      `TRUNCATE holdfast.deployment, holdfast.epochs, holdfast.ledger_position, holdfast.skus, holdfast.holds,
        holdfast.ledger_events, holdfast.history, holdfast.quarantine, holdfast.lost_events CASCADE`,
    );
    const { epoch } = await openDeployment(this.#pool, { partitions: PARTITIONS });
    this.epoch = epoch;
    this.model = new LedgerModel({
      clock: () => Date.now(),
      firstEpoch: epoch - 1,
      fate: () => ({ kind: this.#fate() }),
    });
    this.sessions = this.real.map((_, engine) => this.model.session(`engine ${engine}`));
    await this.model.open('main', { partitions: PARTITIONS });
  }

  #fate(): 'delivered' | 'unreachable' | 'cut_before' | 'cut_after' {
    return this.#cut === 'none' ? 'delivered' : this.#cut;
  }

  /** The same question to both, in which the connection may be cut; the answers must be equal. */
  async ask(
    engine: number,
    cut: Cut,
    question: (ledger: LedgerStore) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    this.#cut = cut;
    const real = await question(this.real[engine]!);
    const model = await question(this.sessions[engine]!);
    this.#cut = 'none';
    assert.deepEqual(comparable(model), comparable(real));
    if (real.kind === 'lost') await this.#untilGone(engine);
    return real;
  }

  /** Two engines at once; whoever was second in the real one is second in the model. */
  async race(batch: LedgerBatch): Promise<void> {
    const real = await Promise.all(this.real.map((ledger) => ledger.write(this.epoch, batch)));
    const order = real[1]!.kind === 'written' ? [1, 0] : [0, 1];
    for (const engine of order) {
      const model = await this.sessions[engine]!.write(this.epoch, batch);
      assert.deepEqual(comparable(model), comparable(real[engine]!));
    }
    count('race');
  }

  async close(engine: number): Promise<void> {
    await Promise.all([this.real[engine]!.close(), this.sessions[engine]!.close()]);
    await this.#untilGone(engine);
  }

  async compareReads(engine: number): Promise<void> {
    const [real, model] = [this.real[engine]!, this.sessions[engine]!];
    assert.deepEqual(timeless(await model.positions()), timeless(await real.positions()));
    const byPartition = (a: { partition: number }, b: { partition: number }): number =>
      a.partition - b.partition;
    const digests = [...(await real.newestDigests())].sort(byPartition);
    assert.deepEqual([...(await model.newestDigests())].sort(byPartition), digests);
    assert.deepEqual(
      timeless(await this.model.readPositions('main')),
      timeless(await readPositions(this.#pool)),
    );
    const lost = await readLostEvents(this.#pool);
    assert.deepEqual(await this.model.readLostEvents('main'), lost);
    const bySeq = (a: EventTime, b: EventTime): number => a.partition - b.partition || a.seq - b.seq;
    const times = [...(await readEventTimes(this.#pool, PLACES))].sort(bySeq);
    const modelled = [...(await this.model.readEventTimes('main', PLACES))].sort(bySeq);
    assert.deepEqual(timeless(modelled), timeless(times));
  }

  async compareTables(): Promise<void> {
    const [real, model] = [await realRows(this.#pool), modelRows(this.model.tables)];
    for (const [table, rows] of Object.entries(real)) assert.deepEqual(model[table], rows, table);
    assert.deepEqual(Object.keys(model), Object.keys(real));
  }

  /** A session given up frees its lock when Postgres notices. */
  #untilGone(engine: number): Promise<unknown> {
    return this.#untilConnected(
      this.real.flatMap((_, other) => (other === engine ? [] : [`engine ${other}`])),
    );
  }

  async #untilConnected(names: readonly string[]): Promise<void> {
    await until(async () => {
      const { rows } = await this.#pool.query(
        `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'engine %' AND application_name <> ALL ($1)`,
        [names],
      );
      return rows.length === 0;
    });
  }
}

/** Everything but the words of Postgres' own errors. */
function comparable(result: WriteResult): object {
  if (result.kind === 'lost') return { kind: result.kind };
  if (result.kind === 'refused' && !result.code.startsWith('hold_'))
    return { kind: result.kind, code: result.code };
  return result;
}

/** Without the times at which a deployment's positions were made. */
function timeless<Row extends { readonly seq: number; readonly at: number }>(rows: readonly Row[]): object[] {
  return rows.map((row) => ({ ...row, at: row.at > Date.UTC(2025, 0, 1) ? 'by the wall clock' : row.at }));
}

function batchOf(events: readonly LedgerEvent[]): LedgerBatch | undefined {
  try {
    return new LedgerBatch(events);
  } catch (error) {
    if (error instanceof UnwritableEvent) return undefined;
    throw error;
  }
}

function makeEvents(pair: Pair, plans: readonly EventPlan[], epochBehind: number): LedgerEvent[] {
  const maker = new EventMaker(pair.model, pair.epoch - epochBehind);
  return plans.map((plan) => maker.make(plan));
}

async function take(pair: Pair, pool: pg.Pool, step: LedgerStep): Promise<void> {
  switch (step.kind) {
    case 'write':
    case 'race': {
      const batch = batchOf(makeEvents(pair, step.events, step.epochBehind));
      if (batch === undefined) return;
      if (step.kind === 'race') return pair.race(batch);
      const epoch = pair.epoch - step.epochBehind;
      const had = pair.model.tables.holds;
      const isOrphaned = batch.endedHolds.holdId.some((id) => !had.has(id));
      const result = await pair.ask(step.engine, step.cut, (ledger) => ledger.write(epoch, batch));
      if (isOrphaned && result.kind === 'written') count('orphans');
      return count(result.kind === 'refused' ? result.code : result.kind);
    }
    case 'quarantine': {
      const [event] = makeEvents(pair, [step.event], step.epochBehind);
      const corrupt = { ...event!, content: { kind: 'corrupt', detail: 'unreadable' } } as const;
      const reason = { code: '23514', detail: step.detail };
      const result = await pair.ask(step.engine, step.cut, (ledger) =>
        ledger.quarantine(pair.epoch - step.epochBehind, step.isReadable ? event! : corrupt, reason),
      );
      return count(`quarantine ${result.kind}`);
    }
    case 'read':
      return pair.compareReads(step.engine);
    case 'lead': {
      const real = await pair.real[step.engine]!.tryLead();
      assert.equal(await pair.sessions[step.engine]!.tryLead(), real, 'who leads');
      return count(real ? 'leads' : 'follows');
    }
    case 'close':
      return pair.close(step.engine);
    default:
      return administer(pair, pool, step);
  }
}

/** What the main thread of an engine asks. */
async function administer(
  pair: Pair,
  pool: pg.Pool,
  step: Extract<LedgerStep, { kind: 'open' | 'mint' | 'ready' | 'acknowledge' | 'lose' }>,
): Promise<void> {
  const { model } = pair;
  if (step.kind === 'open') {
    const settings = { partitions: step.partitions, holdIdSecret: step.secret };
    const [real, modelled] = await Promise.allSettled([
      openDeployment(pool, settings),
      model.open('main', settings),
    ]);
    assert.equal(modelled!.status, real!.status);
    if (real.status === 'rejected' || modelled.status === 'rejected') {
      const reasons = [modelled, real].map((result) =>
        result.status === 'rejected' ? result.reason : undefined,
      );
      assert.equal(reasons[0].name, reasons[1].name);
      if (/PARTITIONS/.test(reasons[1].message)) assert.equal(reasons[0].message, reasons[1].message);
      return count('refused deployment');
    }
    const asComparable = ({ positions, holdIdSecret: _, ...rest }: typeof real.value): object => ({
      ...rest,
      positions: timeless(positions),
    });
    assert.deepEqual(asComparable(modelled.value), asComparable(real.value));
    return;
  }
  const epoch = pair.epoch - step.epochBehind;
  if (step.kind === 'acknowledge') {
    const { seqs } = step;
    await Promise.all([raiseAcknowledged(pool, epoch, seqs), model.raiseAcknowledged('main', epoch, seqs)]);
  } else if (step.kind === 'lose') {
    const { events } = step;
    // No engine has an epoch that was never minted; Postgres would refuse it.
    if (!model.tables.epochs.some((row) => row.epoch === epoch)) return;
    await Promise.all([keepLostEvents(pool, epoch, events), model.keepLostEvents('main', epoch, events)]);
  } else if (step.kind === 'ready') {
    await Promise.all([markStockReady(pool, epoch), model.markStockReady('main', epoch)]);
  } else {
    const minted = await mintEpoch(pool, 'a step');
    assert.equal(await model.mintEpoch('main', 'a step'), minted);
    pair.epoch = minted;
  }
}

leftovers(t);

t.test('the model of the ledger does what Postgres does', { timeout: 0 }, async (t) => {
  const url = await freshDatabase(t);
  const pool = new pg.Pool({ connectionString: url, max: 2, application_name: 'main' });
  pool.on('error', () => undefined);
  t.teardown(() => pool.end());
  const pair = new Pair(pool, url);
  t.teardown(() => Promise.all(pair.real.map((ledger) => ledger.close())));
  await openDeployment(pool, { partitions: PARTITIONS });
  await fc.assert(
    fc.asyncProperty(
      fc.array(ledgerStep, { minLength: 5, maxLength: STEPS_MAX, size: 'max' }),
      async (life) => {
        await pair.reset();
        for (const step of life) await take(pair, pool, step);
        await pair.compareReads(0);
        await pair.compareTables();
      },
    ),
    { numRuns: RUNS, endOnFailure: ENDS_AT_FIRST, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
  );
  t.comment(
    `${RUNS} lives: ${[...seen]
      .sort()
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')}`,
  );
  for (const what of EXPECTED) t.ok(seen.has(what), `some life met ${what}`);
});
