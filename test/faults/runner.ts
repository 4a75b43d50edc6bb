import { setTimeout as delay } from 'node:timers/promises';
import type { SoldSku } from '../../loadtest/consistency/records.js';
import { Stores } from '../../loadtest/consistency/stores.js';
import type { Verdict } from '../../loadtest/consistency/verdict.js';
import { until } from '../support/until.js';
import { Evidence } from './evidence.js';
import { Counters, type LoadCounts, now } from './load/counts.js';
import { type Load, LoadThread } from './load/load.js';
import { grouped, isRoundKept } from './report.js';
import { openEverywhere, openSale, skusOf } from './sale.js';
import type { Round, RunOptions, Scenario } from './scenario.js';
import { type Stack, Workshop } from './stack.js';
import { verifyRound } from './verify.js';

const ROUNDS_PER_STACK = 5;
const WARM_UP_MS = 1500;
const WARM_UP_MS_SHORT = 300;
/** The fault comes at a random moment of a load that runs; between these. */
const STRIKE_MS_MIN = 600;
const STRIKE_MS_MAX = 1400;
/** The load is what it was in the last half second before the fault: after a restart the engine's code is not compiled at first. */
const RATE_MS = 500;
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
  /** Holds accepted a second, in the half second before the fault. */
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
  #loadThread = new LoadThread();
  readonly #stage: (what: string, load?: Load) => void;
  readonly #evidence = new Evidence();
  #stack: Stack | undefined;
  #sales = 0;

  /** `stage` is told what goes on now. */
  constructor(
    options: RunOptions,
    signal: AbortSignal,
    stage: (what: string, load?: Load) => void = () => {},
  ) {
    this.#options = options;
    this.#signal = signal;
    this.#stage = stage;
  }

  /** All rounds of a scenario; `report` is told of each as it ends. A round that cannot be finished is a broken one. */
  async run(scenario: Scenario, report: (round: RoundReport) => void): Promise<readonly RoundReport[]> {
    const rounds = scenario.rounds?.(this.#options) ?? this.#options.rounds;
    const perStack = scenario.roundsPerStack ?? ROUNDS_PER_STACK;
    const reports: RoundReport[] = [];
    for (let number = 1; number <= rounds; number += 1) {
      this.#signal.throwIfAborted();
      const made = await this.#tryRound(scenario, number, (number - 1) % perStack === 0);
      reports.push(made);
      report(made);
    }
    await this.#leave();
    return reports;
  }

  async #tryRound(scenario: Scenario, number: number, isFirst: boolean): Promise<RoundReport> {
    const startedAt = now();
    const name = `${scenario.name}-${number}`;
    try {
      if (isFirst || this.#stack === undefined) {
        this.#stage(`${name}: starting`);
        await this.#renew(scenario);
      }
      const made = await this.#round(scenario, number);
      return isRoundKept(made.verdict, scenario) ? made : this.#withEvidence(made, name);
    } catch (error) {
      this.#signal.throwIfAborted();
      const made = failedRound(scenario.name, number, error, (now() - startedAt) / 1000);
      const report = this.#withEvidence(made, name);
      // Nobody knows what state it is in.
      await this.#abandon();
      return report;
    }
  }

  #withEvidence(made: RoundReport, name: string): RoundReport {
    const place = this.#stack === undefined ? undefined : this.#evidence.keep(this.#stack, name);
    if (place === undefined) return made;
    return { ...made, verdict: { ...made.verdict, broken: [...made.verdict.broken, `logs: ${place}`] } };
  }

  async #abandon(): Promise<void> {
    await this.#loadThread.close();
    this.#loadThread = new LoadThread();
    await this.#leave();
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
    await delay(this.#options.short ? WARM_UP_MS_SHORT : WARM_UP_MS);
    await load.stop(RESOLVE_MS);
  }

  async #begin(stack: Stack): Promise<{ load: Load; skus: readonly SoldSku[] }> {
    this.#sales += 1;
    const skus = skusOf(`s${this.#sales}`);
    await openSale(stack.engine.operationsUrl, skus);
    await openEverywhere(stack.targets, skus);
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
    const name = `${scenario.name}-${number}`;
    this.#stage(`${name}: selling`, load);
    await delay(STRIKE_MS_MIN + Math.random() * (STRIKE_MS_MAX - STRIKE_MS_MIN));
    this.#stage(`${name}: striking`, load);
    await scenario.strike(round);
    this.#stage(`${name}: waiting until it sells again`, load);
    const recoveryMs = scenario.recovers === false ? undefined : await this.#recovery(round);
    await delay(AFTER_MS);
    const { journal, counts, violations, unresolved } = await load.stop(
      scenario.recovers === false ? 0 : RESOLVE_MS,
    );
    this.#stage(`${name}: verifying ${grouped(journal.length)} keys`);
    const records = { journal, skus, counts, violations, unresolved };
    const stores = new Stores(stack.redis.url, stack.databaseUrl);
    try {
      const judge = scenario.judge ?? verifyRound;
      const found = await judge({ round, records, stores });
      const verdict = { ...found, broken: [...round.sentences, ...found.broken] };
      const acceptedPerSecond = load.timeline.perSecond(round.faultAt - RATE_MS, round.faultAt);
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

function failedRound(scenario: string, round: number, error: unknown, seconds: number): RoundReport {
  const sentence = `the round could not be finished: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const verdict = { missing: 0, oversold: 0, auditDifferences: 0, broken: [sentence] };
  const counts = new Counters().read();
  return {
    scenario,
    round,
    counts,
    acceptedPerSecond: 0,
    recoveryMs: undefined,
    verdict,
    figures: {},
    seconds,
  };
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
