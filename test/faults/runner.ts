import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../support/until.js';
import { type LoadCounts, now } from './load/counts.js';
import { type Load, LoadThread } from './load/load.js';
import { openSale, skusOf } from './sale.js';
import type { Round, RunOptions, Scenario, SoldSku } from './scenario.js';
import { type Stack, Workshop } from './stack.js';
import { Stores } from './verify/stores.js';
import type { Verdict } from './verify/verdict.js';
import { verifyRound } from './verify/verify.js';

const ROUNDS_PER_STACK = 5;
const WARM_UP_MS = 1500;
/** The fault comes at a random moment of a load that runs; between these. */
const STRIKE_MS_MIN = 400;
const STRIKE_MS_MAX = 1200;
/** The sale goes on so long after it recovered. */
const AFTER_MS = 300;
const RECOVERY_LIMIT_MS = 60_000;
const RESOLVE_MS = 30_000;
const RECORDS_MAX = 20_000_000;
/** Above the engine's own budget for a request. */
const REQUEST_TIMEOUT_MS = 5000;

/** Everything measured and found in one round. */
export interface RoundReport {
  readonly scenario: string;
  readonly round: number;
  readonly counts: LoadCounts;
  /** Holds accepted a second, from the begin of the load to the fault. */
  readonly acceptedPerSecond: number;
  /** From the fault until a hold asked for after it was accepted; undefined when none was. */
  readonly recoveryMs: number | undefined;
  readonly verdict: Verdict;
  readonly figures: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs rounds, one after the other, on stacks that are replaced now and then. */
export class Runner {
  readonly #options: RunOptions;
  readonly #signal: AbortSignal;
  readonly #workshop = new Workshop();
  readonly #loadThread = new LoadThread();
  #stack: Stack | undefined;
  #sales = 0;

  constructor(options: RunOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** All rounds of a scenario; `report` is told of each as it ends. Throws when the harness itself fails. */
  async run(scenario: Scenario, report: (round: RoundReport) => void): Promise<readonly RoundReport[]> {
    const rounds = scenario.rounds?.(this.#options) ?? this.#options.rounds;
    const perStack = scenario.roundsPerStack ?? ROUNDS_PER_STACK;
    const reports: RoundReport[] = [];
    for (let number = 1; number <= rounds; number += 1) {
      this.#signal.throwIfAborted();
      if ((number - 1) % perStack === 0) await this.#renew(scenario);
      const made = await this.#round(scenario, number);
      reports.push(made);
      report(made);
    }
    await this.#leave();
    return reports;
  }

  async close(): Promise<void> {
    await this.#loadThread.close();
    await this.#workshop.close();
  }

  async #leave(): Promise<void> {
    await this.#stack?.close();
    this.#stack = undefined;
  }

  /** An empty stack, warm: a cold engine would make the first round another one than the rest. */
  async #renew(scenario: Scenario): Promise<void> {
    await this.#leave();
    this.#stack = await this.#workshop.open(scenario.stack?.(this.#options));
    const { load } = await this.#begin(this.#stack);
    await delay(WARM_UP_MS);
    await load.stop(RESOLVE_MS);
  }

  async #begin(stack: Stack): Promise<{ load: Load; skus: readonly SoldSku[] }> {
    this.#sales += 1;
    const skus = skusOf(`s${this.#sales}`);
    await openSale(stack.engine.operationsUrl, skus);
    const load = this.#loadThread.begin({
      targets: stack.targets,
      connections: this.#options.connections,
      keyPrefix: `faults-${this.#sales}-`,
      skus,
      recordsMax: RECORDS_MAX,
      timeoutMs: REQUEST_TIMEOUT_MS,
    });
    await until(() => load.counts().accepted > 0, { timeoutMs: RECOVERY_LIMIT_MS, what: 'selling' });
    return { load, skus };
  }

  async #round(scenario: Scenario, number: number): Promise<RoundReport> {
    const startedAt = now();
    const stack = this.#stack!;
    const { load, skus } = await this.#begin(stack);
    const round = new RunningRound(number, this.#options, stack, load, this.#signal);
    await delay(STRIKE_MS_MIN + Math.random() * (STRIKE_MS_MAX - STRIKE_MS_MIN));
    await scenario.strike(round);
    const recoveryMs = scenario.recovers === false ? undefined : await this.#recovery(round);
    await delay(AFTER_MS);
    const { journal, counts, violations, unresolved } = await load.stop(
      scenario.recovers === false ? 0 : RESOLVE_MS,
    );
    const records = { journal, skus, counts, violations, unresolved };
    const stores = new Stores(stack.redis.url, stack.databaseUrl);
    try {
      const judge = scenario.judge ?? verifyRound;
      const found = await judge({ round, records, stores });
      const verdict = { ...found, broken: [...round.sentences, ...found.broken] };
      const acceptedPerSecond = load.timeline.perSecond(load.timeline.beganAt, round.faultAt);
      const seconds = (now() - startedAt) / 1000;
      const { figures } = round;
      return {
        scenario: scenario.name,
        round: number,
        counts,
        acceptedPerSecond,
        recoveryMs,
        verdict,
        figures,
        seconds,
      };
    } finally {
      await stores.close();
    }
  }

  async #recovery(round: RunningRound): Promise<number | undefined> {
    const { load, faultAt } = round;
    const accepted = (): number | undefined => load.timeline.firstAcceptedAfter(round.mendedAt);
    try {
      const at = await until(accepted, { timeoutMs: RECOVERY_LIMIT_MS, pollMs: 10 });
      return at - faultAt;
    } catch {
      round.broken(`no hold was accepted within ${RECOVERY_LIMIT_MS / 1000} s of the fault`);
      return undefined;
    }
  }
}

class RunningRound implements Round {
  readonly number: number;
  readonly options: RunOptions;
  readonly stack: Stack;
  readonly load: Load;
  readonly signal: AbortSignal;
  readonly random = Math.random;
  readonly sentences: string[] = [];
  readonly figures: Record<string, number> = {};
  #faultAt: number | undefined;
  #mendedAt: number | undefined;

  constructor(number: number, options: RunOptions, stack: Stack, load: Load, signal: AbortSignal) {
    this.number = number;
    this.options = options;
    this.stack = stack;
    this.load = load;
    this.signal = signal;
  }

  get faultAt(): number {
    if (this.#faultAt === undefined) throw new Error('the scenario never called round.fault()');
    return this.#faultAt;
  }

  get mendedAt(): number {
    return this.#mendedAt ?? this.faultAt;
  }

  fault(): void {
    this.#faultAt ??= now();
  }

  mended(): void {
    this.#mendedAt = now();
  }

  broken(sentence: string): void {
    this.sentences.push(sentence);
  }

  figure(name: string, value: number): void {
    this.figures[name] = value;
  }
}
