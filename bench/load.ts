import { autocannonClient } from './autocannon.js';
import { findWrk } from './wrk.js';

/** With which requests are signed (`AUTH=on`). */
export interface SigningKey {
  readonly keyId: string;
  readonly secret: string;
}

/** One closed-loop run: every connection sends its next hold as soon as the last one is answered. */
export interface Load {
  /** Like `http://127.0.0.1:40001`, without a slash at the end. */
  readonly url: string;
  readonly path: string;
  /** SKUs are `<prefix>000000` … ; each request takes one. */
  readonly skuPrefix: string;
  readonly skus: number;
  /** How requests are spread over the SKUs: all alike (default), or the k-th 1/k times as often as the first. */
  readonly distribution?: Distribution;
  /** Start of every Idempotency-Key of this run; must be new for every run. */
  readonly tag: string;
  /** Buyers to draw from at random. */
  readonly buyers: number;
  readonly seconds: number;
  readonly connections: number;
  readonly threads: number;
  /** Milliseconds a connection waits after an answer, for less than full load; default 0. Only wrk can. */
  readonly pauseMs?: number;
  /** Signs every request. Not together with `distribution` or `pauseMs`. */
  readonly signing?: SigningKey | undefined;
}

export type Distribution = 'even' | 'zipf';

export interface LoadResult {
  readonly requests: number;
  /** As measured by the client, not as asked for. */
  readonly seconds: number;
  /** Answers of 400 and above. */
  readonly statusErrors: number;
  readonly socketErrors: number;
  readonly timeouts: number;
  /** Of a closed loop: says how long a connection waits, not how long a buyer would (see bench/README.md). */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time the client itself took, seconds. */
  readonly clientProcessorSeconds: number;
}

export interface LoadClient {
  readonly name: string;
  run(load: Load): Promise<LoadResult>;
}

let runs = 0;

/** For `tag`: no two runs of this process have the same. */
export function newTag(): string {
  runs += 1;
  return `bench-${runs}`;
}

/** Wrk when it is installed, otherwise autocannon. */
export function findLoadClient(): LoadClient {
  return findWrk() ?? autocannonClient;
}
