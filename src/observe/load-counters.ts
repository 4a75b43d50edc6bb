import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';

/**
 * How a request of a load generator ended. `timed_out` and `unsent` (its turn came and no connection was free until the run
 * ended) have no latency, which is why they are counted: a generator that leaves them out flatters the engine.
 */
export type LoadResult = 'accepted' | 'refused' | 'failed' | 'timed_out' | 'unsent';
export const LOAD_RESULTS: readonly LoadResult[] = ['accepted', 'refused', 'failed', 'timed_out', 'unsent'];

/** What an open-loop load generator counts, for `/metrics` of its own. */
export class LoadCounters {
  readonly scenario: string;
  /** Requests a second that the schedule asks for now. */
  targetPerSecond = 0;
  readonly latency = new FastHistogram(SECONDS_BOUNDS);
  readonly #ended = new Map<LoadResult, number>(LOAD_RESULTS.map((result) => [result, 0]));
  #intended = 0;
  #sent = 0;
  #returned = 0;

  constructor(scenario: string) {
    this.scenario = scenario;
  }

  /** So many requests' turn has come. */
  due(requests: number): void {
    this.#intended += requests;
  }

  sent(): void {
    this.#sent += 1;
  }

  /** `seconds`: from the intended start, not from the moment of sending. */
  answered(result: 'accepted' | 'refused' | 'failed', seconds: number): void {
    this.#returned += 1;
    this.#end(result);
    this.latency.record(seconds);
  }

  timedOut(): void {
    this.#returned += 1;
    this.#end('timed_out');
  }

  unsent(requests: number): void {
    this.#end('unsent', requests);
  }

  count(result: LoadResult): number {
    return this.#ended.get(result) ?? 0;
  }

  get intended(): number {
    return this.#intended;
  }

  get inFlight(): number {
    return this.#sent - this.#returned;
  }

  #end(result: LoadResult, requests = 1): void {
    this.#ended.set(result, this.count(result) + requests);
  }
}
