import autocannon from 'autocannon';
import { credentialsFrom } from '../../src/cli/credentials.js';
import { seededRandom } from '../../src/cli/replay/random.js';
import { microseconds } from '../generator/clock.js';
import { type PhaseResult, PhaseTally, type Sample } from '../generator/phase.js';
import type { Phase } from '../generator/work.js';
import type { Job } from './books.js';
import { Buyers } from './buyers.js';
import type { Load, LoadRecords } from './load.js';
import type { LoadOptions } from './load-thread.js';
import { Requests } from './requests.js';
import { resolveUnknowns } from './resolver.js';

const SAMPLE_MS = 1000;

interface Asked {
  readonly job: Job;
  readonly at: number;
}

/** As autocannon counts them. */
interface Failures {
  /** All, the timeouts among them. */
  readonly errors: number;
  readonly timeouts: number;
}

/**
 * Of the requests without an answer, those that the end of the loop cut off are no fault of the engine: one a connection at most, and the
 * newest. The others are errors. Errors of no request were connections that could not be made.
 */
export function countUnanswered(
  tally: PhaseTally,
  asked: ReadonlySet<{ readonly at: number }>,
  { errors, timeouts }: Failures,
  connections: number,
  end: number,
): void {
  const lost = Math.min(asked.size, Math.max(errors, asked.size - connections));
  let count = 0;
  for (const { at } of asked) {
    if (count === lost) break;
    tally.failed(count < timeouts ? 'timed_out' : 'cut_off', end - at);
    count += 1;
  }
  tally.sent += lost;
  tally.due -= asked.size - lost;
  for (; count < errors; count += 1) {
    tally.due += 1;
    tally.notSent(0);
  }
}

/**
 * The buyers in a closed loop driven by autocannon, a client that others know: for peak throughput only. Its own latencies are
 * left alone; those counted here are of a loop that slows down with the engine, and the report says so.
 */
export class AutocannonLoad implements Load {
  readonly #options: LoadOptions;
  readonly #onSample: (phase: string, sample: Sample) => void;
  readonly #buyers: Buyers;
  readonly #requests: Requests;
  #instance: autocannon.Instance | undefined;

  constructor(options: LoadOptions, onSample: (phase: string, sample: Sample) => void) {
    this.#options = options;
    this.#onSample = onSample;
    this.#requests = new Requests(options.target.host, credentialsFrom(process.env).storefront);
    this.#buyers = new Buyers(options.buyers, this.#requests, seededRandom(options.seed));
  }

  async run({ name, pace }: Phase, aim?: readonly number[]): Promise<PhaseResult> {
    if (pace.kind !== 'closed') throw new Error('autocannon is used for closed loops only');
    if (aim !== undefined) this.#buyers.aim(aim);
    const tally = new PhaseTally(name, microseconds());
    const asked = new Set<Asked>();
    const sampler = setInterval(() => {
      this.#onSample(name, tally.sample(microseconds(), asked.size, 0));
    }, SAMPLE_MS);
    const failures = await this.#drive(pace.connections, pace.seconds, tally, asked).finally(() =>
      clearInterval(sampler),
    );
    const end = microseconds();
    countUnanswered(tally, asked, failures, pace.connections, end);
    // What became of them is asked afterwards.
    for (const { job } of asked) this.#buyers.failed(job);
    tally.sample(end, 0, 0);
    return tally.result(end);
  }

  #drive(connections: number, seconds: number, tally: PhaseTally, asked: Set<Asked>): Promise<Failures> {
    const { target, timeoutMs } = this.#options;
    const host = target.host.includes(':') ? `[${target.host}]` : target.host;
    const request = { method: 'POST', path: '/v1/holds', ...this.#hooks(tally, asked) } as const;
    const options: autocannon.Options = {
      url: `http://${host}:${target.port}`,
      connections,
      duration: seconds,
      timeout: timeoutMs / 1000,
      requests: [request],
    };
    return new Promise((resolve, reject) => {
      const instance = autocannon(options, (error: unknown, result: Failures) => {
        this.#instance = undefined;
        if (error) reject(error);
        else resolve(result);
      });
      // Wrong options are told before this is reached, and leave nothing that could be stopped.
      if ('stop' in instance) this.#instance = instance;
    });
  }

  #hooks(tally: PhaseTally, asked: Set<Asked>): Pick<autocannon.Request, 'setupRequest' | 'onResponse'> {
    return {
      setupRequest: (request, context) => {
        const job = this.#buyers.next();
        if (job === undefined) throw new Error('the buyers ran out of keys');
        const entry = { job, at: microseconds() };
        asked.add(entry);
        (context as { asked?: Asked }).asked = entry;
        tally.due += 1;
        return { ...request, ...this.#buyers.parts(job) };
      },
      onResponse: (status, body, context) => {
        const entry = (context as { asked?: Asked }).asked;
        if (entry === undefined || !asked.delete(entry)) return;
        tally.sent += 1;
        const { kind, code } = this.#buyers.answered(entry.job, { status, body });
        tally.answered(kind, code, microseconds() - entry.at);
      },
    };
  }

  stop(): void {
    this.#instance?.stop();
  }

  async finish(resolveMs: number): Promise<LoadRecords> {
    const { books } = this.#buyers;
    const unknown = books.unknowns().length;
    const { target, timeoutMs, buyers } = this.#options;
    const options = { target, timeoutMs, skus: buyers.skus, requests: this.#requests, resolveMs };
    const unresolved = await resolveUnknowns(books, options);
    return { journal: books.journal, violations: books.violations, unknown, unresolved };
  }

  async close(): Promise<void> {
    this.stop();
  }
}
