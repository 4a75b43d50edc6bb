import { IDENTIFIER_PATTERN } from '../domain/identifiers.js';
import { isKey } from './characters.js';
import { type FieldError, IDENTIFIER_DETAIL } from './fields.js';
import type { ApiRequest } from './operation.js';

export const PAGE_LIMIT_DEFAULT = 100;
export const PAGE_LIMIT_MAX = 1000;
const CURSOR_LENGTH_MAX = 256;

/** The SKU in the path, which is its first parameter; adds to `errors` when it is none. */
export function skuOf(request: ApiRequest, errors: FieldError[]): string {
  const sku = request.parameters[0] ?? '';
  const pointer = '/path/sku';
  if (!IDENTIFIER_PATTERN.test(sku)) errors.push({ pointer, detail: IDENTIFIER_DETAIL });
  // Most HTTP clients, and proxies, take these for steps of the path, also percent-encoded: nobody could reach such a SKU again.
  else if (sku === '.' || sku === '..') errors.push({ pointer, detail: 'must not be . or .. alone' });
  return sku;
}

/** Whether an idempotency key, where one is given, is none; adds to `errors` then. */
export function checkIdempotencyKey(key: string, isRequired: boolean, errors: FieldError[]): void {
  const pointer = '/header/Idempotency-Key';
  if (key === '') {
    if (isRequired) errors.push({ pointer, detail: 'is required' });
  } else if (!isKey(key)) {
    errors.push({ pointer, detail: 'must be one of 8–128 characters of A-Za-z0-9._:@+~-' });
  }
}

export interface PageQuery<State extends string> {
  limit: number;
  after: string;
  state?: State;
  buyerId?: string;
}

/** Reads the query of a list; `names` are the parameters it takes. Adds to `errors` whatever is wrong. */
export function pageQueryOf<State extends string>(
  query: string,
  states: readonly State[],
  names: readonly string[],
  errors: FieldError[],
): PageQuery<State> {
  const page: PageQuery<State> = { limit: PAGE_LIMIT_DEFAULT, after: '' };
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const pointer = `/query/${name.slice(0, 64)}`;
    if (!names.includes(name)) {
      errors.push({ pointer, detail: `there is no such parameter; there are ${names.join(', ')}` });
    } else if (seen.has(name)) errors.push({ pointer, detail: 'is given more than once' });
    else {
      const detail = readParameter(page, name, value, states);
      if (detail !== undefined) errors.push({ pointer, detail });
    }
    seen.add(name);
  }
  return page;
}

/** What is wrong with the value; `undefined` when nothing is. An empty value is as good as none. */
function readParameter<State extends string>(
  page: PageQuery<State>,
  name: string,
  value: string,
  states: readonly State[],
): string | undefined {
  if (value === '') return undefined;
  if (name === 'limit') {
    page.limit = /^[0-9]{1,4}$/.test(value) ? Number(value) : 0;
    return page.limit >= 1 && page.limit <= PAGE_LIMIT_MAX
      ? undefined
      : `must be a whole number from 1 to ${PAGE_LIMIT_MAX}`;
  }
  if (name === 'state') {
    const state = states.find((candidate) => candidate === value);
    if (state === undefined) return `must be one of ${states.join(', ')}`;
    page.state = state;
    return undefined;
  }
  if (name === 'buyerId') {
    page.buyerId = value;
    return IDENTIFIER_PATTERN.test(value) ? undefined : IDENTIFIER_DETAIL;
  }
  page.after = value;
  return value.length <= CURSOR_LENGTH_MAX && /^[\x21-\x7e]*$/.test(value)
    ? undefined
    : 'must be the `next` of an earlier page';
}
