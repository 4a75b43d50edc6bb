import { BUYERS, EngineBench, type EngineBenchOptions, SALE } from './engine-bench.js';
import { type Load, type LoadClient, newTag } from './load.js';
import { acceptedIn, figures, type Measurement, socketTrouble } from './measurement.js';
import { skuName } from './operations.js';
import type { Options } from './options.js';
import { PEERS, type PeerName } from './peers/contract.js';
import { PeerBench } from './peers/peer-bench.js';
import { inTurns, type Reporter } from './reporter.js';
import { startEcho } from './stack.js';

const OWN_MEASURES = [
  'echo',
  'accepted',
  'echo sold out',
  'sold out',
  '10,000 SKUs',
  'accepted, signed',
] as const;

export type MeasureName = (typeof OWN_MEASURES)[number] | PeerName | `${PeerName}, sold out`;
export type ThroughputMeasurement = Measurement<MeasureName>;

/** What is measured in each round, in this order; every second round goes backwards, so that drift hits all alike. */
export function measuresOf(options: Pick<Options, 'withoutPeers'>): readonly MeasureName[] {
  const ofPeers = PEERS.flatMap((peer) => [peer, `${peer}, sold out`] as const);
  return options.withoutPeers ? OWN_MEASURES : [...OWN_MEASURES, ...ofPeers];
}

const MANY_SKUS = 10_000;
const MANY_PREFIX = 'many-';
const SOLD_OUT_PREFIX = 'gone-';

/** Interleaved rounds of all measures. What cannot be started or measured is left out, and is a failure of the report. */
export async function measureThroughput(
  options: Options,
  client: LoadClient,
  reporter: Reporter<ThroughputMeasurement>,
): Promise<void> {
  const bench = new ThroughputBench(options, client, reporter);
  try {
    await bench.start();
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const measure of inTurns(bench.measures, round)) {
        const measurement = await reporter.failures.survive(`${measure}, round ${round}`, () =>
          bench.measure(measure, round),
        );
        if (measurement !== undefined) reporter.measured(measurement);
      }
    }
  } finally {
    await bench.stop();
  }
}

type Subject = (measure: MeasureName, round: number, seconds: number) => Promise<ThroughputMeasurement>;

/** All servers at once, each with stores of its own; those that are not measured do next to nothing meanwhile. */
class ThroughputBench {
  readonly #options: Options;
  readonly #client: LoadClient;
  readonly #reporter: Reporter<ThroughputMeasurement>;
  readonly #subjects = new Map<MeasureName, Subject>();
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #engines: EngineBench[] = [];

  constructor(options: Options, client: LoadClient, reporter: Reporter<ThroughputMeasurement>) {
    this.#options = options;
    this.#client = client;
    this.#reporter = reporter;
  }

  /** Those whose server runs, in the order of `measuresOf`. */
  get measures(): readonly MeasureName[] {
    return measuresOf(this.#options).filter((measure) => this.#subjects.has(measure));
  }

  /** Starts all, defines what is sold, and lets every process compile its hot path before anything counts. */
  async start(): Promise<void> {
    await this.#try('the echo', () => this.#startEcho());
    await this.#try('the engine', () => this.#startEngine());
    await this.#try('the engine that wants signatures', () => this.#startSignedEngine());
    if (!this.#options.withoutPeers) {
      for (const peer of PEERS) await this.#try(peer, () => this.#startPeer(peer));
    }
    for (const measure of this.measures) {
      this.#reporter.progress(`warming up: ${measure}`);
      await this.#reporter.failures.survive(`${measure}, warm-up`, () =>
        this.measure(measure, 0, this.#options.warmUpSeconds),
      );
    }
    for (const engine of this.#engines) engine.identifyThreads();
  }

  async #try(what: string, start: () => Promise<void>): Promise<void> {
    this.#reporter.progress(`starting ${what}`);
    await this.#reporter.failures.survive(`starting ${what}`, start);
  }

  async measure(
    measure: MeasureName,
    round: number,
    seconds = this.#options.seconds,
  ): Promise<ThroughputMeasurement> {
    const subject = this.#subjects.get(measure);
    if (subject === undefined) throw new Error(`nothing measures ${measure}`);
    return await subject(measure, round, seconds);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }

  async #startEcho(): Promise<void> {
    const echo = await startEcho();
    this.#stops.push(echo.stop);
    const measureAt =
      (path: string): Subject =>
      async (measure, round, seconds) => {
        const result = await this.#client.run(this.#echoLoad(echo.url, path, seconds));
        const wanted = measure === 'echo' ? acceptedIn(result) : result.statusErrors;
        return { ...figures(measure, round, result, wanted), disagreement: socketTrouble(result) };
      };
    this.#subjects.set('echo', measureAt('/v1/holds'));
    this.#subjects.set('echo sold out', measureAt('/sold-out/v1/holds'));
  }

  #echoLoad(url: string, path: string, seconds: number): Load {
    const { connections, threads } = this.#options;
    return {
      ...{ url, path, skuPrefix: SOLD_OUT_PREFIX, skus: 1 },
      ...{ tag: newTag(), buyers: BUYERS, seconds, connections, threads },
    };
  }

  async #startEngine(): Promise<void> {
    const engine = await this.#engine({});
    await engine.operations.define(skuName(SOLD_OUT_PREFIX, 0), { ...SALE, total: 0 });
    await engine.operations.defineMany(MANY_PREFIX, MANY_SKUS, SALE);
    this.#subjects.set('accepted', sellingOneSku(engine));
    this.#subjects.set('sold out', (measure, round, seconds) =>
      engine.measureSoldOut(measure, round, { prefix: SOLD_OUT_PREFIX, skus: 1, seconds }),
    );
    this.#subjects.set('10,000 SKUs', (measure, round, seconds) =>
      engine.measureSelling(measure, round, { prefix: MANY_PREFIX, skus: MANY_SKUS, seconds }),
    );
  }

  async #engine(how: EngineBenchOptions): Promise<EngineBench> {
    const engine = await EngineBench.start(this.#options, this.#client, how);
    this.#stops.push(() => engine.stop());
    this.#engines.push(engine);
    return engine;
  }

  /** An engine of its own, because whether requests are signed is a setting of the process. */
  async #startSignedEngine(): Promise<void> {
    const engine = await this.#engine({ signed: true, profile: undefined });
    this.#subjects.set('accepted, signed', sellingOneSku(engine));
  }

  async #startPeer(name: PeerName): Promise<void> {
    const peer = await PeerBench.start(name, this.#options, this.#client);
    this.#stops.push(() => peer.stop());
    this.#subjects.set(name, (measure, round, seconds) => peer.measureSelling(measure, round, seconds));
    this.#subjects.set(`${name}, sold out`, (measure, round, seconds) =>
      peer.measureSoldOut(measure, round, seconds),
    );
  }
}

function sellingOneSku(engine: EngineBench): Subject {
  return async (measure, round, seconds) => {
    const prefix = `hot-${round}-`;
    await engine.operations.define(skuName(prefix, 0), SALE);
    return await engine.measureSelling(measure, round, { prefix, skus: 1, seconds });
  };
}
