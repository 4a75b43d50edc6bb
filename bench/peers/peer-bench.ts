import { BUYERS, SALE } from '../engine-bench.js';
import { type Load, type LoadClient, type LoadResult, newTag } from '../load.js';
import {
  acceptedIn,
  countTrouble,
  figures,
  type Measurement,
  perRequest,
  socketTrouble,
} from '../measurement.js';
import { skuName } from '../operations.js';
import type { Options } from '../options.js';
import { processorTimeOf, processTree } from '../processor-time.js';
import type { StageTimes } from '../stages.js';
import { definePeerSku, unitsHeldByPeer } from './client.js';
import type { PeerName } from './contract.js';
import { type PeerWithStore, startPeer } from './start.js';

const SOLD_OUT_PREFIX = 'gone-';
/** A row a unit must be made for all that a measurement can sell; more than Postgres sells here. */
const UNITS_PER_SECOND_MAX = 20_000;

interface Run {
  readonly result: LoadResult;
  /** Processor nanoseconds a request. */
  readonly stages: StageTimes;
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
    const { result, stages } = await this.#run(SOLD_OUT_PREFIX, seconds);
    const wanted = result.statusErrors;
    return { ...figures(measure, round, result, wanted), stages, disagreement: socketTrouble(result) };
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
    const { result, stages } = await this.#run(prefix, seconds);
    const held = await unitsHeldByPeer(this.#peer.url, sku);
    const accepted = acceptedIn(result);
    return {
      ...figures(measure, round, result, accepted),
      stages,
      disagreement: socketTrouble(result) || countTrouble(accepted, held, this.#options.connections),
    };
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
    const before = this.#processorTimes();
    const result = await this.#client.run(load);
    const times = [...this.#processorTimes()].map(
      ([stage, time]) => [stage, time - (before.get(stage) ?? 0)] as const,
    );
    return { result, stages: perRequest(new Map(times), result) };
  }

  /** Nanoseconds so far; Postgres' sessions are processes of their own, and stay as long as the pool. */
  #processorTimes(): StageTimes {
    const { pid, store, storePid } = this.#peer;
    const ofStore = processTree(storePid).map(processorTimeOf);
    return new Map([
      ['Fastify', processorTimeOf(pid)],
      [store, ofStore.reduce((sum, time) => sum + time, 0)],
    ]);
  }
}
