import { IDENTIFIER_PATTERN, isStorableText } from '../domain/identifiers.js';
import { JsonNumber, JsonObject, type JsonValue, parseJson } from './json.js';
import { parseTime } from './timestamps.js';

/** One thing wrong with a request. `pointer`: RFC 6901 into the body; `/path/…`, `/query/…`, `/header/…` for the rest. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export type Decoded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly detail: string };

/** How one member of a body is read. `detail` of a failure completes "the field …". */
export interface Field<Value> {
  readonly required: boolean;
  read(value: JsonValue): Checked<Value>;
}

export type Fields<Body> = { readonly [Name in keyof Body]-?: Field<Exclude<Body[Name], undefined>> };

const NAME_SHOWN_MAX = 64;
const ERRORS_MAX = 32;

const wrong = (detail: string): { ok: false; detail: string } => ({ ok: false, detail });
const right = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

/** Reads a body that must be an object of exactly these fields; names everything that is wrong with it. Never throws. */
export function decodeBody<Body extends object>(body: Uint8Array, fields: Fields<Body>): Decoded<Body> {
  const parsed = parseJson(body);
  if (!parsed.ok) return { ok: false, errors: [{ pointer: '', detail: parsed.detail }] };
  if (!(parsed.value instanceof JsonObject)) {
    return { ok: false, errors: [{ pointer: '', detail: 'must be a JSON object' }] };
  }
  const errors: FieldError[] = [];
  const value: Record<string, unknown> = {};
  readKnown(parsed.value, fields, value, errors);
  for (const name of parsed.value.members.keys()) {
    if (!Object.hasOwn(fields, name)) {
      const known = Object.keys(fields).join(', ');
      errors.push({ pointer: pointerOf(name), detail: `there is no such field; there are ${known}` });
    }
  }
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, ERRORS_MAX) };
  return { ok: true, value: value as Body };
}

function readKnown<Body extends object>(
  object: JsonObject,
  fields: Fields<Body>,
  into: Record<string, unknown>,
  errors: FieldError[],
): void {
  for (const [name, field] of Object.entries(fields) as [string, Field<unknown>][]) {
    const pointer = pointerOf(name);
    const given = object.members.get(name);
    if (object.repeated.has(name)) errors.push({ pointer, detail: 'is given more than once' });
    else if (given === undefined) {
      if (field.required) errors.push({ pointer, detail: 'is required' });
    } else {
      const checked = field.read(given);
      if (checked.ok) into[name] = checked.value;
      else errors.push({ pointer, detail: checked.detail });
    }
  }
}

function pointerOf(name: string): string {
  const shown = name.length > NAME_SHOWN_MAX ? `${name.slice(0, NAME_SHOWN_MAX)}…` : name;
  return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function optional<Value>(field: Field<Value>): Field<Value> {
  return { ...field, required: false };
}

/** `null` reads as `none`. */
export function nullable<Value>(field: Field<Value>, none: Value): Field<Value> {
  return {
    required: false,
    read: (value) => {
      if (value === null) return right(none);
      const checked = field.read(value);
      return checked.ok ? checked : wrong(`${checked.detail}, or null for none`);
    },
  };
}

export const IDENTIFIER_DETAIL = 'must be 1–64 characters of A-Za-z0-9._:@+~-';

export function identifier(): Field<string> {
  return {
    required: true,
    read: (value) =>
      typeof value === 'string' && IDENTIFIER_PATTERN.test(value) ? right(value) : wrong(IDENTIFIER_DETAIL),
  };
}

/** A whole number written as one: `1.0` and `1e1` are refused, since other readers may refuse or round them. */
export function integer(low: number, high: number): Field<number> {
  const detail = `must be a whole number from ${low} to ${high}, written without fraction or exponent`;
  return {
    required: true,
    read: (value) => {
      if (!(value instanceof JsonNumber) || !/^(?:0|-?[1-9][0-9]{0,14})$/.test(value.text)) {
        return wrong(detail);
      }
      const number = Number(value.text);
      return number >= low && number <= high ? right(number) : wrong(detail);
    },
  };
}

/** Free text that both stores can keep; `except` are characters it may not contain. */
export function text(lengthMin: number, lengthMax: number, except = ''): Field<string> {
  const detail =
    `must be a text of ${lengthMin}–${lengthMax} characters without control characters` +
    (except === '' ? '' : ` or ${except}`);
  return {
    required: true,
    read: (value) => {
      const fits = typeof value === 'string' && value.length >= lengthMin && value.length <= lengthMax;
      if (!fits || !isStorableText(value)) return wrong(detail);
      return except !== '' && value.includes(except) ? wrong(detail) : right(value);
    },
  };
}

/** Milliseconds since 1970. */
export function time(): Field<number> {
  return {
    required: true,
    read: (value) => {
      const parsed = typeof value === 'string' ? parseTime(value) : undefined;
      return parsed === undefined
        ? wrong('must be an RFC 3339 time after 1970 like 2026-11-22T12:00:00.000Z')
        : right(parsed);
    },
  };
}

export type Reserve = { readonly units: number } | { readonly percent: number };

const PERCENT_PATTERN = /^(100|[0-9]{1,2}(?:\.[0-9]{1,2})?)%$/;

/** Units kept back from sale, or a share of the total like `"5%"`. */
export function reserve(totalMax: number): Field<Reserve> {
  const units = integer(0, totalMax);
  return {
    required: true,
    read: (value) => {
      if (typeof value === 'string') {
        const match = PERCENT_PATTERN.exec(value);
        if (match !== null) return right({ percent: Number(match[1]) });
      } else {
        const checked = units.read(value);
        if (checked.ok) return right({ units: checked.value });
      }
      return wrong(`must be a whole number from 0 to ${totalMax}, or a percentage like "5%" or "2.5%"`);
    },
  };
}

/** Units of `total` that a reserve means; a share is rounded up. Exact: hundredths of a percent are whole numbers. */
export function unitsOf(kept: Reserve, total: number): number {
  return 'units' in kept ? kept.units : Math.ceil((Math.round(kept.percent * 100) * total) / 10_000);
}
