import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { credentialsFrom } from '../../src/cli/credentials.js';
import { seededRandom } from '../../src/cli/replay/random.js';
import type { Target } from '../generator/connection.js';
import { Generator } from '../generator/generator.js';
import type { PhaseResult, Sample } from '../generator/phase.js';
import type { Phase } from '../generator/work.js';
import type { Job } from './books.js';
import { Buyers, type BuyersOptions } from './buyers.js';
import { Requests } from './requests.js';
import { resolveUnknowns } from './resolver.js';

/** What a load is begun with. Plain data. */
export interface LoadOptions {
  readonly target: Target;
  readonly connections: number;
  readonly timeoutMs: number;
  readonly seed: number;
  readonly buyers: BuyersOptions;
}

export type ToLoadThread =
  /** `aim`: weights of the SKUs from now on. */
  | { readonly kind: 'run'; readonly phase: Phase; readonly aim?: readonly number[] }
  | { readonly kind: 'stop' }
  | { readonly kind: 'finish'; readonly resolveMs: number };

export type FromLoadThread =
  | { readonly kind: 'sample'; readonly phase: string; readonly sample: Sample }
  | { readonly kind: 'result'; readonly result: PhaseResult }
  | { readonly kind: 'finished'; readonly finished: Finished };

/** What a load leaves behind. */
export interface Finished {
  readonly keyPrefix: string;
  readonly buffers: readonly ArrayBuffer[];
  readonly length: number;
  readonly violations: readonly string[];
  /** Outcomes nobody knew when the load ended, and those that could not be learnt. */
  readonly unknown: number;
  readonly unresolved: number;
}

class LoadThread {
  readonly #options: LoadOptions;
  readonly #port: MessagePort;
  readonly #buyers: Buyers;
  readonly #requests: Requests;
  readonly #generator: Generator<Job>;

  constructor(options: LoadOptions, port: MessagePort) {
    this.#options = options;
    this.#port = port;
    const random = seededRandom(options.seed);
    this.#requests = new Requests(options.target.host, credentialsFrom(process.env).storefront);
    this.#buyers = new Buyers(options.buyers, this.#requests, random);
    const onSample = (phase: string, sample: Sample): void => this.#post({ kind: 'sample', phase, sample });
    this.#generator = new Generator({ ...options, random, onSample }, this.#buyers);
  }

  async on(message: ToLoadThread): Promise<void> {
    switch (message.kind) {
      case 'run':
        if (message.aim !== undefined) this.#buyers.aim(message.aim);
        this.#post({ kind: 'result', result: await this.#generator.run(message.phase) });
        return;
      case 'stop':
        this.#generator.stop();
        return;
      case 'finish':
        await this.#finish(message.resolveMs);
    }
  }

  async #finish(resolveMs: number): Promise<void> {
    await this.#generator.close();
    const { books } = this.#buyers;
    const unknown = books.unknowns().length;
    const { target, timeoutMs, buyers } = this.#options;
    const options = { target, timeoutMs, skus: buyers.skus, requests: this.#requests, resolveMs };
    const unresolved = await resolveUnknowns(books, options);
    const { keyPrefix, buffers, length } = books.journal;
    const { violations } = books;
    const finished = { keyPrefix, buffers, length, violations, unknown, unresolved };
    this.#port.postMessage({ kind: 'finished', finished } satisfies FromLoadThread, [...buffers]);
  }

  #post(message: FromLoadThread): void {
    this.#port.postMessage(message);
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const thread = new LoadThread(workerData as LoadOptions, port);
  port.on('message', (message: ToLoadThread) => void thread.on(message));
}
