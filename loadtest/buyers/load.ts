import { Worker } from 'node:worker_threads';
import { Journal } from '../consistency/journal.js';
import type { PhaseResult, Sample } from '../generator/phase.js';
import type { Phase } from '../generator/work.js';
import type { Finished, FromLoadThread, LoadOptions, ToLoadThread } from './load-thread.js';

/** What the buyers know in the end. */
export interface LoadRecords {
  readonly journal: Journal;
  readonly violations: readonly string[];
  readonly unknown: number;
  readonly unresolved: number;
}

type Waiting =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'result'; readonly resolve: (result: PhaseResult) => void }
  | { readonly kind: 'finished'; readonly resolve: (finished: Finished) => void };

/** Buyers that can be let loose, phase by phase. */
export interface Load {
  /** One phase at a time. Rejects when the load died. `aim`: weights of the SKUs from now on. */
  run(phase: Phase, aim?: readonly number[]): Promise<PhaseResult>;
  /** The phase under way ends early, with what it has. */
  stop(): void;
  /** Asks again for everything unknown, `resolveMs` at most, and hands over the journal; nothing can follow. */
  finish(resolveMs: number): Promise<LoadRecords>;
  /** Ends at once. */
  close(): Promise<void>;
}

/** The buyers, in a thread of their own, so that neither the display nor the scrapes delay a request. */
export class ThreadLoad implements Load {
  readonly #thread: Worker;
  readonly #failed: Promise<never>;
  #waiting: Waiting = { kind: 'nothing' };

  constructor(options: LoadOptions, onSample: (phase: string, sample: Sample) => void) {
    this.#thread = new Worker(new URL('./load-thread.js', import.meta.url), {
      name: 'load',
      workerData: options,
    });
    this.#failed = new Promise((_, reject) => this.#thread.once('error', reject));
    // Whoever waits for something hears of it; nobody may be waiting.
    this.#failed.catch(() => undefined);
    this.#thread.on('message', (message: FromLoadThread) => {
      if (message.kind === 'sample') onSample(message.phase, message.sample);
      else this.#hear(message);
    });
  }

  async run(phase: Phase, aim?: readonly number[]): Promise<PhaseResult> {
    const result = new Promise<PhaseResult>((resolve) => {
      this.#waiting = { kind: 'result', resolve };
    });
    this.#post({ kind: 'run', phase, ...(aim === undefined ? {} : { aim }) });
    return await Promise.race([result, this.#failed]);
  }

  stop(): void {
    this.#post({ kind: 'stop' });
  }

  async finish(resolveMs: number): Promise<LoadRecords> {
    const finished = new Promise<Finished>((resolve) => {
      this.#waiting = { kind: 'finished', resolve };
    });
    this.#post({ kind: 'finish', resolveMs });
    const { keyPrefix, buffers, length, violations, unknown, unresolved } = await Promise.race([
      finished,
      this.#failed,
    ]);
    await this.close();
    return { journal: new Journal(keyPrefix, buffers, length), violations, unknown, unresolved };
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #hear(message: Exclude<FromLoadThread, { kind: 'sample' }>): void {
    const waiting = this.#waiting;
    this.#waiting = { kind: 'nothing' };
    if (message.kind === 'result' && waiting.kind === 'result') waiting.resolve(message.result);
    else if (message.kind === 'finished' && waiting.kind === 'finished') waiting.resolve(message.finished);
    else throw new Error(`the load said ${message.kind} when nobody waited for it`);
  }

  #post(message: ToLoadThread): void {
    this.#thread.postMessage(message);
  }
}
