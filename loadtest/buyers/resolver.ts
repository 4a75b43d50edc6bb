import { setTimeout as delay } from 'node:timers/promises';
import type { SoldSku } from '../consistency/records.js';
import type { Answer, Target } from '../generator/connection.js';
import { Generator } from '../generator/generator.js';
import type { Judgement, Work } from '../generator/work.js';
import type { Books, Job } from './books.js';
import { jobText } from './buyers.js';
import type { Requests } from './requests.js';

const CONNECTIONS = 32;
const PAUSE_MS = 100;

export interface ResolveOptions {
  readonly target: Target;
  readonly timeoutMs: number;
  readonly skus: readonly SoldSku[];
  readonly requests: Requests;
  /** How long it is tried. */
  readonly resolveMs: number;
}

/** Asks again, with the same keys, for everything nobody knows: the buyer has paid, or waits. Answers how many stayed unknown. */
export async function resolveUnknowns(books: Books, options: ResolveOptions): Promise<number> {
  const asking = new Asking(books, options);
  if (asking.left === 0) return 0;
  const { target, timeoutMs, resolveMs } = options;
  const random = Math.random;
  const generator = new Generator({ target, timeoutMs, connections: CONNECTIONS, random }, asking);
  const deadline = performance.now() + resolveMs;
  for (let left = resolveMs; asking.left > 0 && left > 0; left = deadline - performance.now()) {
    const pace = { kind: 'closed', connections: CONNECTIONS, seconds: left / 1000 } as const;
    await generator.run({ name: 'resolving', pace });
    asking.again();
    if (asking.left > 0) await delay(PAUSE_MS);
  }
  await generator.close();
  return asking.left;
}

class Asking implements Work<Job> {
  readonly #books: Books;
  readonly #options: ResolveOptions;
  #waiting: Job[];

  constructor(books: Books, options: ResolveOptions) {
    this.#books = books;
    this.#options = options;
    this.#waiting = books.unknowns();
  }

  get left(): number {
    return this.#waiting.length;
  }

  /** Once more, those that are still unknown. */
  again(): void {
    this.#waiting = this.#books.unknowns();
  }

  next(): Job | undefined {
    return this.#waiting.pop();
  }

  text(job: Job): string {
    return jobText(job, this.#books.journal, this.#options.skus, this.#options.requests);
  }

  answered(job: Job, answer: Answer): Judgement {
    return this.#books.settle(job, answer);
  }

  failed(): void {
    // Stays unknown, and is asked again in the next round.
  }
}
