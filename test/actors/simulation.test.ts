import fc from 'fast-check';
import t from 'tap';
import type { Outcome } from '../../src/domain/outcome.js';
import { partitionOf } from '../../src/domain/partition.js';
import { isConserved } from '../../src/domain/sku.js';
import { StockModel } from '../stock/model.js';
import { wordOf } from './harness.js';
import { ManualClock } from './manual-clock.js';
import { type Fault, holdIdOf, LIMITS, SimulatedEngine, SimulatedNetwork } from './simulated-engine.js';

/** Small, fast and good enough to make faults; seeded, so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PARTITIONS = 2;
const SKUS = ['a', 'b', 'c'];
const TTL_MS = 1500;
const SALE_MS = 4000;

interface Purchase {
  readonly holdId: string;
  readonly engine: number;
  readonly askedAt: number;
  /** Whether the hold was in the store when it was asked for, and long enough for the other engine to know it. */
  readonly existedFor: number;
  answers: number;
  outcome: Outcome | string | undefined;
  answeredAt: number;
}

class Simulation {
  readonly clock = new ManualClock();
  readonly model: StockModel;
  readonly engines: SimulatedEngine[];
  readonly purchases: Purchase[] = [];
  /** Answers to one purchase of each SKU through each engine after it all. */
  readonly last: string[] = [];
  readonly #random: () => number;
  #isCalm = true;
  #outageUntil = 0;

  constructor(seed: number) {
    const random = randomOf(seed);
    this.#random = random;
    const clock = this.clock;
    this.model = new StockModel({
      clock: () => Math.floor(clock.now()),
      epoch: 1,
      partitions: PARTITIONS,
      adjustmentRetentionMs: 60_000,
    });
    this.engines = [0, 1].map(
      () =>
        new SimulatedEngine({
          clock,
          network: new SimulatedNetwork(this.model, clock, random, () => this.#fault()),
        }),
    );
  }

  async run(): Promise<void> {
    for (const engine of this.engines) void engine.shard.start();
    const [first] = this.engines as [SimulatedEngine];
    for (const [index, sku] of SKUS.entries()) {
      const rules = { buyerLimit: index === 0 ? 3 : 0, holdTtlMs: TTL_MS, opensAt: 0, closesAt: 0 };
      const definition = { sku, total: 20 + index * 10, reserved: 0, ...rules };
      await first.ask({ kind: 'define', definition, actor: 'x||' });
      await first.ask({ kind: 'change_state', sku, action: 'open', actor: 'x||' });
    }
    this.#isCalm = false;
    const end = this.clock.monotonic() + SALE_MS;
    while (this.clock.monotonic() < end) {
      this.#buySome();
      await this.clock.advance(this.#random() * 20);
    }
    this.#isCalm = true;
    await this.clock.advance(LIMITS.requestBudgetMs + 3000 + TTL_MS + 1000);
    // Whatever happened before, everything is on sale again through every engine.
    for (const [index, engine] of this.engines.entries()) {
      for (const sku of SKUS) {
        engine.buy(sku, `last-${index}`, 3, `last-buyer-${index}`, (outcome) =>
          this.last.push(wordOf(outcome)),
        );
      }
    }
    await this.clock.advance(TTL_MS + 500);
    for (const engine of this.engines) engine.shard.close();
  }

  #fault(): Fault {
    if (this.#isCalm) return 'none';
    const dice = this.#random();
    const isOut = this.clock.monotonic() < this.#outageUntil;
    if (isOut) return dice < 0.4 ? 'lost_before' : dice < 0.7 ? 'lost_after' : 'stuck';
    // Some outages outlast a request's budget.
    if (dice > 0.999) this.#outageUntil = this.clock.monotonic() + this.#random() * 3000;
    if (dice < 0.03) return 'lost_before';
    if (dice < 0.06) return 'lost_after';
    if (dice < 0.08) return 'stuck';
    return dice < 0.1 ? 'not_sent' : 'none';
  }

  #buySome(): void {
    const count = Math.floor(this.#random() * 4);
    for (let index = 0; index < count; index += 1) {
      const isRetry = this.purchases.length > 0 && this.#random() < 0.3;
      const number = isRetry ? Math.floor(this.#random() * this.purchases.length) : this.purchases.length;
      this.#buy(Math.floor(this.#random() * 2), number);
    }
  }

  /** `number` names the request: the same number is the same key, SKU, buyer and quantity. */
  #buy(engine: number, number: number): void {
    const sku = SKUS[number % SKUS.length]!;
    const key = `key-${number}`;
    const holdId = holdIdOf(sku, key, PARTITIONS);
    const now = this.clock.monotonic();
    const existing = this.#createdOf(sku, holdId);
    const purchase: Purchase = {
      holdId,
      engine,
      askedAt: now,
      existedFor: existing === undefined ? -1 : this.clock.now() - existing,
      answers: 0,
      outcome: undefined,
      answeredAt: 0,
    };
    this.purchases.push(purchase);
    const verdict = this.engines[engine]!.buy(
      sku,
      key,
      1 + (number % 3),
      `buyer-${number % 40}`,
      (outcome) => {
        purchase.answers += 1;
        purchase.outcome = outcome;
        purchase.answeredAt = this.clock.monotonic();
      },
    );
    if (verdict === 'ask' || verdict === 'ask_new') return;
    purchase.answers += 1;
    purchase.outcome = verdict;
    purchase.answeredAt = now;
  }

  #createdOf(sku: string, holdId: string): number | undefined {
    if (!this.model.partitions[partitionOf(sku, PARTITIONS)]!.holds.has(holdId)) return undefined;
    return eventTime(this.model, holdId);
  }
}

function eventTime(model: StockModel, holdId: string): number | undefined {
  for (const partition of model.partitions) {
    for (const event of partition.events) {
      for (const change of event.changes) {
        if (change.kind === 'held' && change.holdId === holdId) return event.at;
      }
    }
  }
  return undefined;
}

/** How long a hold made through one engine may be unknown to the other: its row is trusted that long. */
const FOREIGN_MS = LIMITS.boardFreshMs + 20;
const CERTAINLY_NOT = new Set(['overloaded', 'unavailable', 'sold_out', 'buyer_limit', 'not_open']);
const REFUSALS_OF_NEW = new Set(['sold_out', 'paused', 'closed', 'not_open']);

function problemsOf(simulation: Simulation): string[] {
  const problems: string[] = [];
  const { model, purchases } = simulation;
  const happened = (holdId: string): boolean => model.partitions.some((each) => each.holds.has(holdId));
  /** Keys an engine's board has let pass so far. */
  const passed = new Set<string>();
  const asks = new Map<string, number>();
  for (const { holdId } of purchases) asks.set(holdId, (asks.get(holdId) ?? 0) + 1);
  for (const purchase of purchases) {
    const { holdId, answers, outcome, askedAt, answeredAt, existedFor, engine } = purchase;
    const word = typeof outcome === 'string' ? outcome : outcome === undefined ? 'nothing' : wordOf(outcome);
    const say = (what: string): number => problems.push(`${holdId} asked at ${askedAt}: ${word}: ${what}`);
    if (answers !== 1) say(`answered ${answers} times`);
    if (answeredAt - askedAt > LIMITS.requestBudgetMs) say(`took ${answeredAt - askedAt} ms`);
    if (typeof outcome === 'object' && outcome.kind === 'hold' && !happened(holdId))
      say('there is no such hold');
    if (CERTAINLY_NOT.has(word) && asks.get(holdId) === 1 && happened(holdId)) say('but it happened');
    const isKnown = existedFor >= 0 && (passed.has(`${engine} ${holdId}`) || existedFor > FOREIGN_MS);
    if (isKnown && REFUSALS_OF_NEW.has(word)) say(`refused a replay of a hold ${existedFor} ms old`);
    if (typeof outcome === 'object') passed.add(`${engine} ${holdId}`);
  }
  for (const partition of model.partitions) {
    for (const sku of partition.skus.values()) {
      if (!isConserved(sku)) problems.push(`${sku.sku} is not conserved`);
      if (sku.available !== sku.total)
        problems.push(`${sku.sku}: ${sku.available} of ${sku.total} came back`);
    }
  }
  if (simulation.last.join() !== Array(6).fill('held').join()) problems.push(`at last: ${simulation.last}`);
  for (const engine of simulation.engines) {
    if (engine.shard.open !== 0) problems.push(`${engine.shard.open} commands are still open`);
    if (engine.shared.stops !== 0) problems.push('an engine stopped selling');
  }
  return problems;
}

t.test('two engines, one store, a bad network: every answer is true, in time and given once', async (t) => {
  const words = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const simulation = new Simulation(seed);
      await simulation.run();
      for (const { outcome } of simulation.purchases) {
        const word = typeof outcome === 'string' ? `board ${outcome}` : wordOf(outcome!);
        words.set(word, (words.get(word) ?? 0) + 1);
      }
      const problems = problemsOf(simulation);
      if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
    }),
    { numRuns: Number(process.env.SIMULATION_RUNS ?? 25) },
  );
  t.comment(Object.fromEntries(words));
  // Outages that outlast a request's budget leave 3 % on average, and up to 8 % where a run of seeds has many of them.
  t.ok((words.get('outcome_unknown') ?? 0) < words.get('held')! / 5, 'most lost replies are found out');
  for (const word of ['held', 'outcome_unknown', 'unavailable', 'sold_out', 'board sold_out']) {
    t.ok(words.has(word), `the simulation meets ${word}`);
  }
});
