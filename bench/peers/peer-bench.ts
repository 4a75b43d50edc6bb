import { BUYERS, SALE } from '../engine-bench.js';
import { type Load, type LoadClient, type LoadResult, newTag } from '../load.js';
import {
  acceptedIn,
  countTrouble,
  figures,
  joined,
  type Measurement,
  otherTrouble,
  perRequest,
  socketTrouble,
} from '../measurement.js';
import { skuName } from '../operations.js';
import type { Options } from '../options.js';
import { processTimes, ranBetween } from '../processor-time.js';
import type { StageTimes } from '../stages.js';
import { definePeerSku, failuresOfPeer, settlePeer, unitsHeldByPeer } from './client.js';
import type { PeerName } from './contract.js';
import { type PeerWithStore, startPeer } from './start.js';

const SOLD_OUT_PREFIX = 'gone-';
/** A row a unit must be made for all that a measurement can sell; more than Postgres sells here. */
const UNITS_PER_SECOND_MAX = 20_000;

interface Run {
  readonly result: LoadResult;
  /** Processor nanoseconds a request. */
  readonly stages: StageTimes;
  /** Requests that went wrong. */
  readonly failures: number;
}

function troubleOf(result: LoadResult, otherShare: number, failures: number): string {
  const others = new Map(failures === 0 ? [] : [['unavailable', failures]]);
  return joined(socketTrouble(result), otherTrouble(otherShare, others));
}

/** A peer, measured as the engine is: the same client, headers, bodies, limit and deadline. */
export class PeerBench {
  readonly #peer: PeerWithStore;
  readonly #options: Options;
  readonly #client: LoadClient;

  private constructor(peer: PeerWithStore, options: Options, client: LoadClient) {
    this.#peer = peer;
    this.#options = options;
    this.#client = client;
  }

  static async start(name: PeerName, options: Options, client: LoadClient): Promise<PeerBench> {
    const connections = name === 'Redis and Lua' ? options.redisPool : options.pool;
    const peer = await startPeer(name, connections);
    const bench = new PeerBench(peer, options, client);
    try {
      await bench.#define(skuName(SOLD_OUT_PREFIX, 0), 0);
      return bench;
    } catch (error) {
      await peer.stop();
      throw error;
    }
  }

  async measureSoldOut<Name extends string>(
    measure: Name,
    round: number,
    seconds: number,
  ): Promise<Measurement<Name>> {
    const { result, stages, failures } = await this.#run(SOLD_OUT_PREFIX, seconds);
    const told = figures(measure, round, result, Math.max(0, result.statusErrors - failures));
    return { ...told, stages, disagreement: troubleOf(result, told.otherShare, failures) };
  }

  /** Sells a new SKU, and compares what client and store counted. */
  async measureSelling<Name extends string>(
    measure: Name,
    round: number,
    seconds: number,
  ): Promise<Measurement<Name>> {
    const prefix = `hot-${round}-`;
    const sku = skuName(prefix, 0);
    const hasRows = this.#peer.name.startsWith('Postgres units');
    await this.#define(sku, hasRows ? seconds * UNITS_PER_SECOND_MAX : SALE.total);
    const { result, stages, failures } = await this.#run(prefix, seconds);
    const held = await unitsHeldByPeer(this.#peer.url, sku);
    // Or its vacuum would come of itself, in the middle of what is measured next.
    await settlePeer(this.#peer.url);
    const accepted = acceptedIn(result);
    const told = figures(measure, round, result, accepted);
    const counted = countTrouble(accepted, held, this.#options.connections);
    return { ...told, stages, disagreement: joined(counted, troubleOf(result, told.otherShare, failures)) };
  }

  async stop(): Promise<void> {
    await this.#peer.stop();
  }

  async #define(sku: string, total: number): Promise<void> {
    const { buyerLimit = 0, holdTtlMs = 0 } = SALE;
    await definePeerSku(this.#peer.url, sku, { total, buyerLimit, holdTtlMs });
  }

  async #run(skuPrefix: string, seconds: number): Promise<Run> {
    const { connections, threads } = this.#options;
    const load: Load = {
      ...{ url: this.#peer.url, path: '/v1/holds', skuPrefix, skus: 1 },
      ...{ tag: newTag(), buyers: BUYERS, seconds, connections, threads },
    };
    const failuresBefore = await failuresOfPeer(this.#peer.url);
    const { pid, store, storePid } = this.#peer;
    const serverBefore = processTimes(pid);
    const storeBefore = processTimes(storePid);
    const result = await this.#client.run(load);
    const times = new Map([
      ['Fastify', ranBetween(serverBefore, processTimes(pid))],
      [store, ranBetween(storeBefore, processTimes(storePid))],
    ]);
    const failures = (await failuresOfPeer(this.#peer.url)) - failuresBefore;
    return { result, stages: perRequest(times, result), failures };
  }
}
