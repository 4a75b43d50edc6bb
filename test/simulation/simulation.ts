import type { Router } from '../../src/actors/router.js';
import { type Config, loadConfig } from '../../src/config.js';
import { Auditor, type Violation } from './auditor.js';
import { Coverage } from './coverage.js';
import { FAULTS, type FaultWorld, LOSSES, scheduleFault, scheduleFaults } from './faults.js';
import { LedgerAuditor } from './ledger-auditor.js';
import { LedgerModel } from './ledger-model.js';
import { Network, weatherOf } from './network.js';
import { Random } from './random.js';
import { wordOf } from './request.js';
import { Scheduler, WALL_ORIGIN_MS } from './scheduler.js';
import { SimulatedEngine } from './simulated-engine.js';
import { SimulatedRedis } from './simulated-redis.js';
import { Storefront } from './storefront.js';
import { Trace } from './trace.js';
import { Workload } from './workload.js';

const ENGINES = ['engine A', 'engine B'];
const FIRST_EPOCH = 7;
const RETENTION_MS = 60_000;
/** After the faults: what backs off, at most 5 s, has come back, and what is due was swept. */
const RECOVERY_MS = 6500;
const SETTLE_MS = 150;
/** BOARD_FRESH_MS and what a poll may take beyond it. */
const FRESH_MS = 250;
/** A watch looks once a second, and the engine that noticed takes a moment to tell. */
const LOSS_TOLD_MS = 2500;
/** How long the last purchases and what they leave behind may take. */
const LAST_MS = 350;
/** How long after its deadline a hold may still be held in a healthy system. */
const EXPIRY_MS = 500;

export interface SimulationResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly hash: string;
  readonly coverage: Readonly<Record<string, number>>;
  /** Simulated milliseconds, and steps of the scheduler. */
  readonly milliseconds: number;
  readonly tasks: number;
}

export interface SimulationOptions {
  readonly seed: number;
  /** A fault that happens in any case, beside those that the seed draws. */
  readonly aim?: string;
  /** Told of every line of the trace. */
  readonly print?: (line: string) => void;
}

/** One seed: two engines, one Redis, one Postgres, a sale, and everything that can go wrong with them. */
export class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #coverage = new Coverage();
  readonly #trace: Trace;
  readonly #partitions: number;
  readonly #hasLoss: boolean;
  readonly #aim: string | undefined;
  readonly #network: Network;
  readonly #redis: SimulatedRedis;
  readonly #ledger: LedgerModel;
  readonly #engines: readonly SimulatedEngine[];
  readonly #storefront: Storefront;
  readonly #auditor: Auditor;
  /** Events that an engine kept as lost: every engine that starts later has to know of them. */
  readonly #remembered: { readonly epoch: number; readonly partition: number; readonly seq: number }[] = [];
  readonly #clocks = { engines: new Map<string, number>(), postgres: 0 };

  constructor({ seed, print, aim }: SimulationOptions) {
    this.#aim = aim;
    this.#seed = seed;
    const random = new Random(seed);
    this.#random = random;
    const scheduler = new Scheduler(random);
    this.#scheduler = scheduler;
    const now = (): number => scheduler.time;
    this.#trace = new Trace(now, print);
    this.#partitions = 1 + random.below(3);
    this.#hasLoss = random.chance(0.15);
    const config = configOf(random, this.#partitions);
    this.#network = new Network(random, weatherOf(random), this.#coverage, now);
    this.#storefront = new Storefront({
      now,
      partitions: this.#partitions,
      trace: this.#trace,
      coverage: this.#coverage,
      auditor: () => this.#auditor,
    });
    this.#auditor = this.#makeAuditor(config);
    this.#redis = new SimulatedRedis({
      scheduler,
      random,
      partitions: this.#partitions,
      adjustmentRetentionMs: RETENTION_MS,
      syncMs: () => random.between(0.05, 2),
      // The weaker setting is allowed where the user insists on it: then the loss must at least be told.
      isDurable: !(this.#hasLoss && random.chance(0.25)),
      observer: this.#auditor,
    });
    this.#ledger = new LedgerModel({
      clock: () => WALL_ORIGIN_MS + scheduler.time + this.#clocks.postgres,
      firstEpoch: FIRST_EPOCH,
      fate: (_engine, exchange) => this.#network.ledger(exchange),
      pause: (milliseconds) => scheduler.pause(milliseconds),
    });
    this.#engines = ENGINES.map((name) => this.#makeEngine(name, config));
  }

  async run(): Promise<SimulationResult> {
    const random = this.#random;
    const saleMs = random.between(1200, 3000);
    const workload = new Workload({
      random,
      scheduler: this.#scheduler,
      engines: this.#engines,
      storefront: this.#storefront,
      coverage: this.#coverage,
      partitions: this.#partitions,
      redisClock: this.#redis.clock,
    });
    for (const engine of this.#engines) {
      this.#scheduler.after(random.between(0, 300), () => {
        if (engine.state.kind === 'down') engine.start();
      });
    }
    const world = this.#faultWorld(workload);
    scheduleFaults(world, 0, saleMs);
    const aim = this.#aim;
    if (aim !== undefined && aim in FAULTS) scheduleFault(world, aim, saleMs * 0.2, saleMs * 0.8);
    const drawn = this.#hasLoss ? random.pick(Object.keys(LOSSES)) : undefined;
    const loss = aim !== undefined && aim in LOSSES ? aim : drawn;
    if (loss !== undefined) scheduleFault(world, loss, saleMs * 0.6, saleMs);
    this.#scheduler.after(random.between(0, 200), () => {
      this.#network.isCalm = random.chance(0.2);
    });
    workload.start();
    await this.#scheduler.runUntil(saleMs);
    this.#heal();
    await this.#scheduler.runUntil(saleMs + random.between(0, 500));
    workload.stop();
    await this.#recover(saleMs + RECOVERY_MS, workload);
    await this.#finish(workload);
    return {
      seed: this.#seed,
      violations: this.#auditor.violations,
      hash: this.#trace.hash,
      coverage: this.#coverage.counts,
      milliseconds: this.#scheduler.time,
      tasks: this.#scheduler.tasks,
    };
  }

  /** Waits until all is well again, or until it should have been for long. */
  async #recover(untilMs: number, workload: Workload): Promise<void> {
    // What is told late is waited for: holds that ended meanwhile were all swept, and no roll-back is told any more.
    const least = this.#scheduler.time + (this.#auditor.hasLoss ? LOSS_TOLD_MS : SETTLE_MS);
    while (this.#scheduler.time < untilMs && (this.#scheduler.time < least || !this.#isWell(workload))) {
      await this.#scheduler.runUntil(this.#scheduler.time + SETTLE_MS);
    }
  }

  #isWell(workload: Workload): boolean {
    if (this.#auditor.hasLoss) return true;
    const seqs = this.#redis.seqs();
    const isDrained = this.#ledger.positions().every(({ partition, seq }) => seq === seqs[partition]);
    return (
      isDrained &&
      workload.isReady &&
      this.#auditor.overdue(this.#redis.clock()).length === 0 &&
      this.#engines.every(
        ({ isServing, isStopped, parts }) =>
          isServing && !isStopped && parts?.shared.stops === 0 && isIdle(parts.router),
      )
    );
  }

  /** From here on nothing goes wrong any more. */
  #heal(): void {
    const network = this.#network;
    network.isCalm = true;
    network.isPostgresDown = false;
    network.outageUntil = 0;
    network.nextWrite = undefined;
    network.nextFlush = undefined;
    this.#redis.isOutOfMemory = false;
    this.#redis.usedBytes = 40;
    if (!this.#redis.isUp) this.#redis.start();
    for (const engine of this.#engines) {
      if (engine.parts !== undefined) engine.parts.shared.pressure = 0;
      if (engine.isSetWrong) engine.kill(0);
      if (engine.state.kind === 'down') engine.start();
    }
    this.#trace.tell('world', 'the faults are over', '!');
  }

  /** Everything must be well again: sold from, written down, nothing overdue, nothing owed. */
  async #finish(workload: Workload): Promise<void> {
    const auditor = this.#auditor;
    if (auditor.hasLoss) {
      this.#checkLosses();
      return;
    }
    for (const engine of this.#engines) {
      if (!engine.isServing) auditor.broken('everything recovers', `${engine.name} is ${engine.state.kind}`);
      if (engine.isRolledBack) auditor.broken('no false alarm', `${engine.name} says the store lost writes`);
      const pending = engine.parts?.router.pending ?? 0;
      if (pending > 0) auditor.broken('each request is answered', `${pending} are pending in ${engine.name}`);
    }
    this.#checkOverdue();
    // So long an engine may go by what it knew before the last SKU was opened through another one.
    await this.#scheduler.runUntil(this.#scheduler.time + FRESH_MS);
    let held = 0;
    const asked = workload.buyLast((engine, outcome) => {
      if (outcome.kind === 'hold') held += 1;
      else auditor.broken('everything recovers', `${engine} answers the last purchase ${wordOf(outcome)}`);
    });
    await this.#scheduler.runUntil(this.#scheduler.time + LAST_MS);
    await this.#recover(this.#scheduler.time + RECOVERY_MS, workload);
    if (held !== asked) auditor.broken('everything recovers', `${held} of ${asked} last purchases are held`);
    this.#checkOverdue();
    new LedgerAuditor(auditor, this.#ledger, FIRST_EPOCH + 1).check(true, this.#redis.missing);
    this.#trace.tell('world', `the end of seed ${this.#seed}`);
  }

  #checkOverdue(): void {
    for (const { holdId, expiresAt } of this.#auditor.overdue(this.#redis.clock() - EXPIRY_MS))
      this.#auditor.broken('deadlines', `${holdId} is held since its deadline at ${expiresAt}`);
  }

  /** Whoever knew of what is gone must have said so. */
  #checkLosses(): void {
    for (const { partition, seq, witnesses, isInLedger, epoch } of this.#auditor.losses) {
      // For engines of a later epoch it is over: an operator gave the store another life.
      const concerned = this.#engines.filter((engine) => (engine.parts?.epoch ?? 0) <= epoch);
      const alive = concerned.filter(({ name, lives, shardLives }) =>
        witnesses.includes(`${name} ${lives} ${shardLives}`),
      );
      const isRemembered = this.#remembered.some(
        (event) => event.epoch === epoch && event.partition === partition && event.seq > seq,
      );
      if (isRemembered && !isInLedger && alive.length < concerned.length)
        this.#coverage.count('roll-back remembered over a restart');
      const mustTell = isInLedger || isRemembered ? concerned : alive;
      for (const engine of mustTell) {
        if (engine.isRolledBack) this.#coverage.count('roll-back told');
        else
          this.#auditor.broken(
            'a roll-back is told',
            `${engine.name}: partition ${partition} went back to ${seq}`,
          );
      }
      if (mustTell.length === 0) this.#coverage.count('roll-back that nobody could know of');
    }
  }

  #makeEngine(name: string, config: Config): SimulatedEngine {
    const offset = this.#random.between(-1, 1) * 600_000;
    this.#clocks.engines.set(name, offset);
    return new SimulatedEngine(
      name,
      {
        scheduler: this.#scheduler,
        redis: this.#redis,
        ledger: this.#ledger,
        wallOffsetMs: (engine) => this.#clocks.engines.get(engine) ?? 0,
        flushFate: (engine) => this.#network.flush(engine),
        hopMs: () => this.#network.hopMs(),
        tell: (engine, what) => this.#trace.tell(engine, what),
        remembers: (epoch, events) => {
          for (const { partition, seq } of events) this.#remembered.push({ epoch, partition, seq });
        },
      },
      config,
    );
  }

  #makeAuditor(config: Config): Auditor {
    return new Auditor({
      partitions: this.#partitions,
      now: () => this.#scheduler.time,
      requestOf: (id) => this.#storefront.requests.get(id),
      engines: () => this.#engines,
      ledgerSeq: (partition) => this.#ledger.tables.positions.get(partition)?.seq ?? 0,
      storeEpoch: (partition) => this.#redis.model?.partitions[partition]?.epoch ?? 0,
      freshMs: config.BOARD_FRESH_MS,
      budgetMs: config.REQUEST_BUDGET_MS,
      trace: (what) => this.#trace.tell('redis', what),
      told: (rule, what) => this.#trace.tell('auditor', `${rule}: ${what}`, '✗'),
    });
  }

  #faultWorld(workload: Workload): FaultWorld {
    return {
      random: this.#random,
      scheduler: this.#scheduler,
      redis: this.#redis,
      ledger: this.#ledger,
      network: this.#network,
      engines: this.#engines,
      coverage: this.#coverage,
      clocks: this.#clocks,
      partitions: this.#partitions,
      tell: (what) => this.#trace.tell('world', what, '!'),
      stopped: (milliseconds) => {
        this.#auditor.stoppedMs += milliseconds;
      },
      redisClockStepped: () => {
        this.#auditor.redisClockStepped = true;
      },
      defineAgain: () => workload.defineAgain(),
    };
  }
}

/** Owes nothing, and every shard is up. */
/** Owes nothing, and its shards have their SKUs and a Redis: an engine that stood still finds out late that it lost it. */
function isIdle(router: Router): boolean {
  const areReady = router.status().every(({ state, redis }) => state === 'ready' && redis.state === 'ready');
  return router.pending === 0 && areReady;
}

const configs = new Map<string, Config>();

/** A few sets of settings, drawn by the seed; made once each, for making one takes longer than a simulated second. */
function configOf(random: Random, partitions: number): Config {
  const shards = Math.min(partitions, 1 + random.below(2));
  const retention = random.pick([0, 500, 300_000]);
  const name = `${partitions} ${shards} ${retention}`;
  const known = configs.get(name);
  if (known !== undefined) return known;
  const config = loadConfig({
    AUTH: 'off',
    PARTITIONS: String(partitions),
    SHARDS: String(shards),
    BOARD_SKUS: '1024',
    BOARD_FINGERPRINTS: '65536',
    REQUEST_BUDGET_MS: '1000',
    STOCK_TIMEOUT_MS: '200',
    MAILBOX_WAIT_MS: '500',
    LEDGER_FLUSH_MS: '150',
    LEDGER_YIELD_MS: '800',
    IDEMPOTENCY_RETENTION_MS: String(RETENTION_MS),
    EVENT_RETENTION_MS: String(retention),
  });
  configs.set(name, config);
  return config;
}

export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}
