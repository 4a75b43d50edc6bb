import { findLeftovers, type Holding, holdingOf } from './aftermath.js';
import { generate } from './generate.js';
import type { Input } from './input.js';
import { Lane, type Outcome } from './lane.js';
import { minimised } from './minimise.js';
import type { FuzzOptions } from './options.js';
import { SlowClients } from './slow.js';
import { openTarget, type Target } from './target.js';

/** One finding is a reason to stop; a few show whether it is one thing. */
const FINDINGS_MAX = 10;

export interface Finding {
  readonly auth: 'off' | 'on';
  readonly index: number;
  readonly input: Input;
  readonly failure: string;
  /** Fewer bytes with the same failure; empty when it does not happen alone. */
  readonly smallest: Buffer;
}

export interface PassReport {
  readonly auth: 'off' | 'on';
  readonly inputs: number;
  readonly seconds: number;
  readonly answers: ReadonlyMap<number, number>;
  readonly families: ReadonlyMap<string, number>;
  readonly busy: number;
  readonly findings: readonly Finding[];
  readonly leftovers: readonly string[];
  readonly before: Holding | undefined;
  readonly after: Holding | undefined;
}

export interface Watcher {
  /** Called after each input. */
  readonly step: () => void;
  readonly isStopped: () => boolean;
}

/** Inputs `from` … `from + count - 1` of the seed against one engine. */
export async function runPass(
  options: FuzzOptions,
  auth: 'off' | 'on',
  from: number,
  count: number,
  watcher: Watcher,
): Promise<PassReport> {
  const target = await openTarget(options, auth);
  try {
    const pass = new Pass(options, auth, target, watcher);
    return await pass.run(from, count);
  } finally {
    await target.stop();
  }
}

class Pass {
  readonly #options: FuzzOptions;
  readonly #auth: 'off' | 'on';
  readonly #target: Target;
  readonly #watcher: Watcher;
  readonly #answers = new Map<number, number>();
  readonly #families = new Map<string, number>();
  readonly #findings: Finding[] = [];
  #busy = 0;
  #done = 0;
  #quarter: Holding | undefined;

  constructor(options: FuzzOptions, auth: 'off' | 'on', target: Target, watcher: Watcher) {
    this.#options = options;
    this.#auth = auth;
    this.#target = target;
    this.#watcher = watcher;
  }

  async run(from: number, count: number): Promise<PassReport> {
    const begin = performance.now();
    const before = holdingOf(this.#target.pid);
    const slow = new SlowClients(this.#target);
    let next = from;
    const worker = async (): Promise<void> => {
      const lanes = this.#lanes();
      while (next < from + count && !this.#watcher.isStopped() && this.#findings.length < FINDINGS_MAX) {
        const index = next;
        next += 1;
        await this.#one(index, lanes);
        if (this.#done === Math.ceil(count / 4)) this.#quarter = holdingOf(this.#target.pid);
      }
      for (const lane of Object.values(lanes)) lane.close();
    };
    await Promise.all(Array.from({ length: this.#options.width }, worker));
    const seconds = (performance.now() - begin) / 1000;
    const leftovers = [...(await slow.end()), ...(await this.#leftovers(before))];
    return {
      ...{ auth: this.#auth, inputs: this.#done, seconds, answers: this.#answers, families: this.#families },
      ...{ busy: this.#busy, findings: this.#findings, leftovers, before, after: this.#holding() },
    };
  }

  #lanes(): Record<Input['listener'], Lane> {
    const lane = ({ hostname, port }: URL): Lane => new Lane(hostname, Number(port));
    return { storefront: lane(this.#target.storefront), operations: lane(this.#target.operations) };
  }

  async #one(index: number, lanes: Record<Input['listener'], Lane>): Promise<void> {
    const input = generate(this.#options.seed, index, this.#target.key);
    const outcome: Outcome = await lanes[input.listener].send(input);
    this.#done += 1;
    this.#watcher.step();
    this.#families.set(input.family, (this.#families.get(input.family) ?? 0) + 1);
    for (const status of outcome.statuses) this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
    if (outcome.wasBusy) this.#busy += 1;
    const { failure } = outcome;
    if (failure === undefined) return;
    const smallest = await minimised(input, failure, this.#lanes()[input.listener]);
    if (this.#findings.length < FINDINGS_MAX)
      this.#findings.push({ auth: this.#auth, index, input, failure, smallest });
  }

  #holding(): Holding | undefined {
    try {
      return holdingOf(this.#target.pid);
    } catch {
      return undefined;
    }
  }

  async #leftovers(before: Holding | undefined): Promise<string[]> {
    if (this.#target.pid !== undefined && this.#holding()?.threadsStarted !== before?.threadsStarted)
      return ['the engine is gone'];
    try {
      return await findLeftovers(this.#target, before, this.#quarter);
    } catch (error) {
      return [`the engine could not be asked: ${String(error)}`];
    }
  }
}
