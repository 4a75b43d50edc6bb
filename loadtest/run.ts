import { cpus } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { UsageError } from '../src/cli/arguments.js';
import { expectStatus, member, UnexpectedAnswer } from '../src/cli/engine-api.js';
import { EngineUnreachable } from '../src/cli/http-client.js';
import { AutocannonLoad } from './buyers/autocannon-load.js';
import { type Load, type LoadRecords, ThreadLoad } from './buyers/load.js';
import { concludeConsistency, ledgerDrained } from './conclude.js';
import { eventually } from './consistency/eventually.js';
import type { SoldSku } from './consistency/records.js';
import type { Display } from './display.js';
import { type Engine, putOnSale } from './engine.js';
import { type PhaseResult, type Sample, usableAnswers } from './generator/phase.js';
import { plannedArrivals, type Slope } from './generator/schedule.js';
import type { Phase } from './generator/work.js';
import { judge, verdictOf } from './judge.js';
import { Observer } from './observer.js';
import type { Options } from './options.js';
import { repeatCommand } from './repeat.js';
import type { Check, Figure, PhaseOfRun, RunResult } from './result.js';
import type { Conditions, Expiries, Scenario, Stage, Standing } from './scenario.js';

const RESOLVE_MS = 30_000;
const SATURATION_SECONDS = 3;
const SETTLE_LIMIT_MS = 30_000;
/** The buyers remember each request in 46 bytes. */
const RECORDS_MAX = 30_000_000;
/** Planned at most: chance may bring a few more. */
const PLANNED_MAX = RECORDS_MAX * 0.99;
/** Heap that the verdict takes: for each record, and for each hold of one partition as both stores have it. Measured, and rounded up. */
const RECORD_HEAP_BYTES = 8;
const HOLD_HEAP_BYTES = 900;
const HEAP_SHARE = 2 / 3;
/** From opening a SKU to every part of the engine knowing it. */
const KNOWN_MS = 5000;

const HABITS = {
  confirmShare: 0,
  releaseShare: 0,
  thinkMs: 200,
  repeatShare: 0,
  pairShare: 0,
  recordsMax: RECORDS_MAX,
} as const;

/** Most requests of a run. More would be sent, but end in no verdict: after hours the heap would be full. */
export function plannedMax(partitions: number, heapBytes = getHeapStatistics().heap_size_limit): number {
  const each = RECORD_HEAP_BYTES + HOLD_HEAP_BYTES / partitions;
  return Math.min(PLANNED_MAX, (heapBytes * HEAP_SHARE) / each);
}

function inWords(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function failuresOf({ codes, timedOut, cutOff, unsent }: PhaseResult): string {
  const counts = { ...codes, 'timed out': timedOut, 'cut off': cutOff, 'never sent': unsent };
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return found.map(([what, count]) => `${count} ${what}`).join(', ');
}

/** One scenario on one engine, from the definition of its SKUs to the verdict. */
export class Run implements Stage {
  readonly options: Options;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly prefix: string;
  readonly #scenario: Scenario;
  readonly #engine: Engine;
  readonly #display: Display;
  readonly #observer: Observer;
  readonly #startedAt = new Date();
  readonly #beganAt = performance.now();
  readonly #phases: PhaseOfRun[] = [];
  readonly #figures: Figure[] = [];
  readonly #found: Check[] = [];
  #load: Load | undefined;
  /** Those that the buyers know; the first `#onSale` of them are there to be bought. */
  #skus: SoldSku[] = [];
  #onSale = 0;
  #places = new Map<string, number>();
  #saturation: number | undefined;
  /** That was found out, because none was given. */
  #rate: number | undefined;

  constructor(scenario: Scenario, options: Options, engine: Engine, display: Display, signal: AbortSignal) {
    this.#scenario = scenario;
    this.options = options;
    this.seconds = options.seconds ?? scenario.seconds;
    this.#engine = engine;
    this.#display = display;
    this.signal = signal;
    this.prefix = `lt${this.#startedAt.getTime().toString(36)}-`;
    this.#observer = new Observer(engine.operations);
    signal.addEventListener('abort', () => this.#load?.stop(), { once: true });
  }

  get operations() {
    return this.#engine.operations;
  }

  get stores() {
    return this.#engine.stores;
  }

  get observations() {
    return this.#observer.observations;
  }

  async sell(skus: readonly SoldSku[], { habits, onSale, driver }: Conditions = {}): Promise<void> {
    const now = skus.slice(0, onSale);
    this.#display.stage(now.length === 1 ? 'defining a SKU' : `defining ${now.length} SKUs`);
    this.#skus = [...skus];
    this.#places = new Map(skus.map(({ sku }, place) => [sku, place]));
    await this.putOnSale(now);
    const { connections, timeoutMs, seed } = this.options;
    // Nobody asks for what is not there yet, until a phase says who wants it.
    const wanted = skus.map((one, place) => (place < this.#onSale ? one : { ...one, weight: 0 }));
    const buyers = { ...HABITS, ...habits, skus: wanted, keyPrefix: `${this.prefix}key-` };
    const options = { target: this.#engine.target, connections, timeoutMs, seed, buyers };
    const onSample = (phase: string, sample: Sample): void =>
      this.#display.sample(this.#observer.last, phase, sample);
    this.#load =
      driver === 'autocannon' ? new AutocannonLoad(options, onSample) : new ThreadLoad(options, onSample);
    await this.#knownEverywhere(now);
  }

  /** A verdict over the Redis of another engine would be none. */
  async #isInRedis({ sku }: SoldSku): Promise<void> {
    for (let partition = 0; partition < this.#engine.partitions; partition += 1) {
      if ((await this.stores.redisSkus(partition, [sku])).has(sku)) return;
    }
    throw new UnexpectedAnswer(
      `${sku} was defined, but is not in the Redis that was named: do --admin-url and --redis-url belong together?`,
    );
  }

  async putOnSale(skus: readonly SoldSku[], opensAt?: string): Promise<void> {
    await putOnSale(this.operations, skus, opensAt);
    for (const sold of skus) {
      const place = this.#places.get(sold.sku);
      if (place === undefined) throw new Error(`the buyers do not know ${sold.sku}`);
      this.#skus[place] = sold;
      this.#onSale = Math.max(this.#onSale, place + 1);
    }
  }

  async engineTime(): Promise<number> {
    const path = `/v1/skus/${encodeURIComponent(this.#skus[0]!.sku)}`;
    const answer = expectStatus('Reading a SKU', await this.#engine.storefront.call('GET', path), 200);
    return Date.parse(String(member(answer.body, 'serverTime')));
  }

  async patch(sku: string, rules: { readonly holdTtlMs: number }): Promise<void> {
    const answer = await this.operations.call('PATCH', `/v1/skus/${encodeURIComponent(sku)}`, rules);
    expectStatus(`Changing ${sku}`, answer, 200);
    const place = this.#places.get(sku);
    if (place !== undefined) this.#skus[place] = { ...this.#skus[place]!, ...rules };
  }

  async firstHoldAt(sku: string): Promise<number | undefined> {
    await ledgerDrained(this.stores);
    return await this.stores.firstHoldAt(sku);
  }

  async expiries(): Promise<Expiries> {
    await ledgerDrained(this.stores);
    return await this.stores.expiries(this.prefix);
  }

  /** An engine behind a balancer that did not open a SKU itself hears of it a moment later, and says `not_open` until then. */
  async #knownEverywhere(skus: readonly SoldSku[]): Promise<void> {
    const last = skus.at(-1);
    if (last === undefined) return;
    const isOpen = async (): Promise<boolean> => {
      const answer = await this.#engine.storefront.call('GET', `/v1/skus/${encodeURIComponent(last.sku)}`);
      return member(answer.body, 'state') === 'open';
    };
    await this.#isInRedis(last);
    if (!(await eventually(isOpen, KNOWN_MS)))
      throw new UnexpectedAnswer(
        `${last.sku} was opened at the operations listener, but is not open for buyers within ${KNOWN_MS / 1000} s: do --url and --admin-url belong together, and are HOLDFAST_KEY_ID and HOLDFAST_SECRET right?`,
      );
  }

  open(name: string, slopes: readonly Slope[]): Phase {
    return { name, pace: { kind: 'open', slopes, arrivals: this.options.arrivals } };
  }

  async run(phase: Phase, standing: Standing, aim?: readonly number[]): Promise<PhaseResult> {
    this.signal.throwIfAborted();
    if (this.#load === undefined) throw new Error('nothing is on sale yet');
    this.#mustBeRememberable(phase);
    this.#display.stage(phase.name, secondsOf(phase));
    const from = (performance.now() - this.#beganAt) / 1000;
    const result = await this.#load.run(phase, aim);
    this.#phases.push({ ...result, standing, isOpen: phase.pace.kind === 'open', from });
    this.signal.throwIfAborted();
    return result;
  }

  /** Otherwise the load would end by itself after some hours, and look as if all of it had been sent. */
  #mustBeRememberable({ name, pace }: Phase): void {
    if (pace.kind !== 'open') return;
    const planned = plannedArrivals(pace.slopes);
    const sent = this.#phases.reduce((sum, { due }) => sum + due, 0);
    const most = Math.max(0, plannedMax(this.#engine.partitions) - sent);
    if (planned <= most) return;
    throw new UsageError(
      `${name}: ${inWords(planned)} requests are more than the ${inWords(most)} that one run can keep in memory for its verdict: lower --rate or --duration.`,
    );
  }

  async saturation(seconds = SATURATION_SECONDS): Promise<number> {
    if (this.#saturation !== undefined) return this.#saturation;
    const { connections } = this.options;
    const pace = { kind: 'closed', connections, seconds } as const;
    // The first half compiles the engine's hot path, and ours.
    await this.run({ name: 'warming up', pace: { ...pace, seconds: seconds / 2 } }, 'aside');
    const found = await this.run({ name: 'finding saturation', pace }, 'aside');
    const answered = usableAnswers(found);
    if (answered === 0)
      throw new UnexpectedAnswer(
        `not one of ${found.due} requests got a usable answer while saturation was looked for: ${failuresOf(found)}`,
      );
    this.#saturation = answered / found.seconds;
    this.figure('saturation, closed loop', this.#saturation, 'requests/s');
    await this.settle();
    return this.#saturation;
  }

  async settle(): Promise<void> {
    this.#display.stage('letting the ledger catch up');
    await ledgerDrained(this.stores, SETTLE_LIMIT_MS);
    this.signal.throwIfAborted();
  }

  async rate(ofUsual = 1): Promise<number> {
    this.#rate = this.options.rate ?? ((await this.saturation()) / 2) * ofUsual;
    return this.#rate;
  }

  figure(name: string, value: number, unit: string): void {
    this.#figures.push({ name, value, unit });
  }

  broken(sentence: string): void {
    this.#found.push({ name: 'scenario', state: 'failed', detail: sentence });
  }

  unmeasured(sentence: string): void {
    this.#found.push({ name: 'scenario', state: 'void', detail: sentence });
  }

  /** Plays the scenario and judges it; after Ctrl-C what there is of it. Rejects when it could not be played. */
  async play(): Promise<RunResult> {
    try {
      await this.#scenario.run(this).catch((error: unknown) => this.#endedEarly(error));
      if (this.#load === undefined) throw new Error(`${this.#scenario.name} sold nothing`);
      this.#display.stage('asking again what is unknown');
      const records = await this.#load.finish(RESOLVE_MS);
      return await this.#conclude(records);
    } finally {
      this.#observer.stop();
      await this.#load?.close();
    }
  }

  /** By Ctrl-C, or by an engine that went away: what was sold until then is compared all the same. Throws what is neither. */
  #endedEarly(error: unknown): void {
    if (this.#load === undefined) throw error;
    const isOfTheEngine = error instanceof EngineUnreachable || error instanceof UnexpectedAnswer;
    if (this.signal.aborted) this.unmeasured('stopped before its end');
    else if (isOfTheEngine && this.#phases.length > 0) this.broken(`could not go on: ${error.message}`);
    else throw error;
  }

  async #conclude(records: LoadRecords): Promise<RunResult> {
    this.#display.stage('comparing Redis, Postgres and what the buyers were told');
    const skus = this.#skus.slice(0, this.#onSale);
    const { retentionMs } = this.options;
    const consistency = await concludeConsistency(records, skus, this.#engine, retentionMs);
    const checks = judge(this.#phases, consistency, this.#found, this.options);
    const { name, title, explanation } = this.#scenario;
    return {
      format: 1,
      scenario: name,
      title,
      explanation,
      startedAt: this.#startedAt.toISOString(),
      seconds: (performance.now() - this.#beganAt) / 1000,
      wasStopped: this.signal.aborted,
      engine: this.#engine.description,
      machine: { cores: cpus().length, node: process.versions.node },
      settings: this.#settings(),
      repeat: repeatCommand(this.options, this.seconds, this.#rate),
      phases: this.#phases,
      observations: this.observations,
      figures: this.#figures,
      consistency,
      checks,
      verdict: verdictOf(checks),
    };
  }

  #settings(): Readonly<Record<string, string | number>> {
    const { connections, arrivals, timeoutMs, seed, p99Max, errorShareMax, rate } = this.options;
    const found = this.#rate === undefined ? 'found out' : `${Math.round(this.#rate)} (found out)`;
    return {
      rate: rate ?? found,
      seconds: this.seconds,
      connections,
      arrivals,
      timeoutMs,
      seed,
      p99Max,
      errorShareMax,
    };
  }
}

function secondsOf({ pace }: Phase): number {
  return pace.kind === 'closed' ? pace.seconds : pace.slopes.reduce((sum, { seconds }) => sum + seconds, 0);
}
