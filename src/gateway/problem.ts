import { ERROR_CODES, ERRORS, type ErrorCode } from '../domain/errors.js';
import type { RefusalDetails } from '../domain/outcome.js';
import type { FieldError } from './fields.js';
import { formatTime } from './timestamps.js';

export interface ProblemDetails extends RefusalDetails {
  readonly errors?: readonly FieldError[];
  /** For 405: the methods the path takes. */
  readonly allow?: string;
}

/** Seconds a client should wait before it asks again, for codes whose outcome says nothing better. */
const RETRY_AFTER_SECONDS: Partial<Record<ErrorCode, number>> = {
  rate_limited: 1,
  overloaded: 1,
  outcome_unknown: 1,
  unavailable: 2,
  store_rolled_back: 30,
};

/** Whole seconds for `Retry-After`, or `undefined` for codes that carry none. */
export function retryAfterOf(code: ErrorCode, details: ProblemDetails): number | undefined {
  const usual = RETRY_AFTER_SECONDS[code];
  if (usual === undefined) return undefined;
  return Math.max(1, Math.ceil(details.retryAfterSeconds ?? usual));
}

interface Template {
  /** Up to `detail`'s value. */
  readonly untilDetail: string;
  /** Up to the request id, with the detail of the table of errors. */
  readonly untilRequestId: string;
}

/**
 * Problem documents (RFC 9457), assembled from what is known at start: a sale answers `sold_out` far more often than
 * anything else.
 */
export class Problems {
  readonly #templates: Readonly<Record<ErrorCode, Template>>;

  /** `base`: address under which `/problems/…` is served, without a slash at the end; empty for relative links. */
  constructor(base: string) {
    const entries = ERROR_CODES.map((code) => {
      const { status, title, cause } = ERRORS[code];
      const type = `${base}/problems/${code}`;
      const head = JSON.stringify({ type, title, status, code }).slice(0, -1);
      const untilDetail = `${head},"detail":`;
      return [code, { untilDetail, untilRequestId: `${untilDetail}${JSON.stringify(cause)},"requestId":"` }];
    });
    this.#templates = Object.fromEntries(entries) as Record<ErrorCode, Template>;
  }

  /** As `document`, for refusals of the board. `members`: JSON members to add, each after a comma; nothing is escaped. */
  short(code: ErrorCode, requestId: string, members: string): string {
    return `${this.#templates[code].untilRequestId}${requestId}"${members}}`;
  }

  document(code: ErrorCode, requestId: string, details: ProblemDetails): string {
    const template = this.#templates[code];
    const head =
      details.detail === undefined
        ? template.untilRequestId
        : `${template.untilDetail}${JSON.stringify(details.detail)},"requestId":"`;
    return `${head}${requestId}"${extraMembers(details)}}`;
  }
}

function extraMembers(details: ProblemDetails): string {
  let members = '';
  const add = (name: string, value: unknown): void => {
    if (value !== undefined) members += `,"${name}":${JSON.stringify(value)}`;
  };
  add('available', details.available);
  add('limit', details.limit);
  add('remaining', details.remaining);
  add('holdIds', details.holdIds);
  if (details.opensAt !== undefined && details.opensAt > 0) add('opensAt', formatTime(details.opensAt));
  add('holdId', details.holdId);
  add('paymentRef', details.paymentRef);
  add('errors', details.errors);
  return members;
}
