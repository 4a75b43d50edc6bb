import { setTimeout as delay } from 'node:timers/promises';
import { SETTINGS } from '../src/settings.js';
import {
  type Distribution,
  type Load,
  type LoadClient,
  type LoadResult,
  newTag,
  type SigningKey,
} from './load.js';
import {
  acceptedIn,
  countTrouble,
  figures,
  joined,
  type Measurement,
  otherAnswers,
  otherTrouble,
  perRequest,
  socketTrouble,
  totalOf,
} from './measurement.js';
import { Operations, type SkuRules } from './operations.js';
import type { Options } from './options.js';
import { type Stack, type StackOptions, startStack } from './stack.js';
import { StageClock } from './stages.js';
import { Stores } from './stores.js';

const DRAIN_LIMIT_SECONDS = 120;
/** Opening a SKU reaches the board within a poll, about which nothing can be asked; a measurement must not begin before. */
const SETTLE_MS = 300;
const ADMIN_TOKEN = 'token-of-the-benchmark';
const SIGNING: SigningKey = { keyId: 'bench-1', secret: 'secret-of-the-benchmark-0123456789abcdef' };

export const BUYERS = 1_000_000;
/**
 * A sale as hard as the issue asks: buyer limit, deadline and events on, far more stock than one round can sell. The deadline
 * is after the last round, or the holds of the first would end in the middle of it.
 */
export const SALE: SkuRules = { total: 100_000_000, buyerLimit: 5, holdTtlMs: 3_600_000 };

export interface EngineBenchOptions extends StackOptions {
  readonly partitions?: number;
  /** Runs the engine with `AUTH=on` and signs each request. */
  readonly signed?: boolean;
}

/** What one measurement sells. The SKUs must be defined. */
export interface Sale {
  readonly prefix: string;
  readonly skus: number;
  readonly distribution?: Distribution;
  readonly seconds: number;
  /** Default: as the options say. */
  readonly connections?: number;
  readonly pauseMs?: number;
  readonly buyers?: number;
}

/** An engine with its stores, and how to measure it. */
export class EngineBench {
  readonly stack: Stack;
  readonly operations: Operations;
  readonly stores: Stores;
  readonly #options: Options;
  readonly #client: LoadClient;
  readonly #clock: StageClock;
  readonly #signing: SigningKey | undefined;

  private constructor(stack: Stack, how: EngineBenchOptions, options: Options, client: LoadClient) {
    this.stack = stack;
    this.#options = options;
    this.#client = client;
    this.#signing = how.signed ? SIGNING : undefined;
    this.operations = new Operations(stack.operationsUrl, how.signed ? ADMIN_TOKEN : undefined);
    this.stores = new Stores(stack.redisUrl, stack.databaseUrl, how.partitions);
    this.#clock = new StageClock(stack, how.shards ?? SETTINGS.SHARDS.initial);
  }

  /** Starts everything. `how` wins over what the options say of shards and profiles. */
  static async start(
    options: Options,
    client: LoadClient,
    how: EngineBenchOptions = {},
  ): Promise<EngineBench> {
    const { shards, profile } = options;
    const environment = {
      ...(how.partitions === undefined ? {} : { PARTITIONS: String(how.partitions) }),
      ...(how.signed ? signedEnvironment() : {}),
      ...how.environment,
    };
    const all = { shards, profile, ...how, environment };
    return new EngineBench(await startStack(all), all, options, client);
  }

  /** After some selling: finds out which thread of the engine does what. */
  identifyThreads(): void {
    this.#clock.identify();
  }

  async run(sale: Sale): Promise<LoadResult> {
    return await this.#client.run(this.#load(sale));
  }

  async measureSoldOut<Name extends string>(
    measure: Name,
    round: number,
    sale: Sale,
  ): Promise<Measurement<Name>> {
    const before = await this.operations.answersByCode();
    this.#clock.start();
    const result = await this.run(sale);
    const stages = perRequest(this.#clock.stop(), result);
    // The client knows a refusal from a sale, but not "sold out" from "overloaded".
    const others = otherAnswers(before, await this.operations.answersByCode(), 'sold_out');
    const told = figures(measure, round, result, Math.max(0, result.statusErrors - totalOf(others)));
    return {
      ...told,
      stages,
      disagreement: joined(socketTrouble(result), otherTrouble(told.otherShare, others)),
    };
  }

  /** After SKUs were opened: waits until the board shows it. */
  async settled(): Promise<void> {
    await delay(SETTLE_MS);
  }

  /**
   * Sells, waits until the ledger has it, and compares what both sides counted. During a rush the ledger leaves the processor to
   * the selling, and works later: what it costs is told apart, but told.
   */
  async measureSelling<Name extends string>(
    measure: Name,
    round: number,
    sale: Sale,
  ): Promise<Measurement<Name>> {
    await this.settled();
    const heldBefore = await this.operations.unitsHeld(sale.prefix);
    const answersBefore = await this.operations.answersByCode();
    await this.stores.resetStatistics();
    this.#clock.start();
    const result = await this.run(sale);
    const selling = this.#clock.stop();
    const drainSeconds = await this.drained();
    const stages = perRequest(new Map([...selling, ...this.#clock.afterwards()]), result);
    const scripts = await this.stores.scripts();
    const held = (await this.operations.unitsHeld(sale.prefix)) - heldBefore;
    const accepted = acceptedIn(result);
    const connections = sale.connections ?? this.#options.connections;
    const others = otherAnswers(answersBefore, await this.operations.answersByCode(), 'created');
    const told = figures(measure, round, result, accepted);
    return {
      ...told,
      stages,
      drainSeconds,
      redis: { holdsPerCall: held / scripts.calls, microsecondsPerHold: scripts.microseconds / held },
      disagreement: joined(
        socketTrouble(result),
        countTrouble(accepted, held, connections),
        otherTrouble(told.otherShare, others),
      ),
    };
  }

  /** Seconds until Postgres has everything that Redis has now. */
  async drained(): Promise<number> {
    return await this.stores.drainSeconds(DRAIN_LIMIT_SECONDS);
  }

  async stop(): Promise<void> {
    await this.stores.close();
    await this.stack.stop();
  }

  #load(sale: Sale): Load {
    const { prefix, skus, distribution, seconds, connections, pauseMs, buyers } = sale;
    return {
      url: this.stack.storefrontUrl,
      path: '/v1/holds',
      skuPrefix: prefix,
      skus,
      seconds,
      tag: newTag(),
      buyers: buyers ?? BUYERS,
      connections: connections ?? this.#options.connections,
      threads: this.#options.threads,
      ...(distribution === undefined ? {} : { distribution }),
      ...(pauseMs === undefined ? {} : { pauseMs }),
      signing: this.#signing,
    };
  }
}

function signedEnvironment(): Record<string, string> {
  return {
    AUTH: 'on',
    STOREFRONT_KEYS: `bench:${SIGNING.keyId}:${SIGNING.secret}`,
    ADMIN_TOKEN,
  };
}
