import { ERROR_CODES, ERRORS } from '../domain/errors.js';
import { FastHistogram, SECONDS_BOUNDS } from '../domain/histogram.js';
import type { BoardVerdict } from '../domain/ports.js';
import type { AnswerCode, GatewayMetrics } from '../domain/stats.js';

const ANSWER_CODES: readonly AnswerCode[] = ['ok', 'created', 'replayed', 'aborted', ...ERROR_CODES];
const ANSWER_INDEX = new Map<AnswerCode, number>(ANSWER_CODES.map((code, index) => [code, index]));
const VERDICTS: readonly BoardVerdict[] = ['ask_new', 'ask', 'sold_out', 'not_open', 'paused', 'closed'];
const VERDICT_INDEX = new Map<BoardVerdict, number>(VERDICTS.map((verdict, index) => [verdict, index]));

/** How a request ended, coarsely: few enough to give each its own histogram. */
export type AnswerResult = 'accepted' | 'refused' | 'failed';
export const ANSWER_RESULTS: readonly AnswerResult[] = ['accepted', 'refused', 'failed'];

/** Which of the three an answer with this code is. */
export function resultOf(code: AnswerCode): AnswerResult {
  if (code === 'ok' || code === 'created' || code === 'replayed') return 'accepted';
  if (code === 'aborted') return 'failed';
  return ERRORS[code].status >= 500 ? 'failed' : 'refused';
}

const RESULT_INDEX = Uint8Array.from(ANSWER_CODES, (code) => ANSWER_RESULTS.indexOf(resultOf(code)));

const FAILED = ANSWER_RESULTS.indexOf('failed');

/**
 * What the gateway counts, in typed arrays that are read only when somebody scrapes: prom-client itself would cost about
 * a microsecond a request (it hashes labels), which is a tenth of what a refusal may cost.
 */
export class GatewayCounters implements GatewayMetrics {
  readonly #routes: readonly string[];
  readonly #watched: ReadonlySet<string>;
  readonly #answers: Float64Array;
  readonly #verdicts = new Float64Array(VERDICTS.length);
  readonly #seconds: readonly FastHistogram[];
  #started = 0;
  #answered = 0;
  #liveStreams = 0;

  /**
   * `routes`: name of each route, index-aligned with the gateway's table. `watched`: those of them whose failures are shown
   * from the start, as 0: `rate()` does not see the value a series begins with, and an alert must not miss the first.
   */
  constructor(routes: readonly string[], watched: readonly string[] = []) {
    this.#routes = routes;
    this.#watched = new Set(watched);
    this.#answers = new Float64Array(routes.length * ANSWER_CODES.length);
    this.#seconds = Array.from(
      { length: routes.length * ANSWER_RESULTS.length },
      () => new FastHistogram(SECONDS_BOUNDS),
    );
  }

  started(): void {
    this.#started += 1;
  }

  answered(route: number, code: AnswerCode, seconds: number): void {
    this.#answered += 1;
    const answer = ANSWER_INDEX.get(code)!;
    this.#answers[route * ANSWER_CODES.length + answer]! += 1;
    this.#seconds[route * ANSWER_RESULTS.length + RESULT_INDEX[answer]!]?.record(seconds);
  }

  verdict(verdict: BoardVerdict): void {
    this.#verdicts[VERDICT_INDEX.get(verdict)!]! += 1;
  }

  liveStreams(open: number): void {
    this.#liveStreams = open;
  }

  get inFlight(): number {
    return this.#started - this.#answered;
  }

  get openLiveStreams(): number {
    return this.#liveStreams;
  }

  /** Only what has happened at least once, and failures that are watched for: other series that stay 0 are noise. */
  *answers(): Generator<{ route: string; code: AnswerCode; count: number }> {
    for (const [routeIndex, route] of this.#routes.entries()) {
      for (const [codeIndex, code] of ANSWER_CODES.entries()) {
        const count = this.#answers[routeIndex * ANSWER_CODES.length + codeIndex]!;
        const isWatched = this.#watched.has(route) && RESULT_INDEX[codeIndex] === FAILED;
        if (count > 0 || isWatched) yield { route, code, count };
      }
    }
  }

  *seconds(): Generator<{ route: string; result: AnswerResult; histogram: FastHistogram }> {
    for (const [routeIndex, route] of this.#routes.entries()) {
      for (const [resultIndex, result] of ANSWER_RESULTS.entries()) {
        const histogram = this.#seconds[routeIndex * ANSWER_RESULTS.length + resultIndex]!;
        if (histogram.count > 0 || this.#watched.has(route)) yield { route, result, histogram };
      }
    }
  }

  *verdicts(): Generator<{ verdict: BoardVerdict; count: number }> {
    for (const [index, verdict] of VERDICTS.entries()) yield { verdict, count: this.#verdicts[index]! };
  }
}
