import { IDENTIFIER_PATTERN, TOTAL_MAX } from '../domain/identifiers.js';

/** A JSON Schema of the 2020-12 dialect, which is OpenAPI 3.1's. */
export type Schema = Readonly<Record<string, unknown>>;

export const IDENTIFIER: Schema = { type: 'string', pattern: IDENTIFIER_PATTERN.source };
export const TIME: Schema = { type: 'string', format: 'date-time' };
export const TIME_OR_NULL: Schema = { type: ['string', 'null'], format: 'date-time' };
export const UNITS: Schema = { type: 'integer', minimum: 0, maximum: TOTAL_MAX };
export const COUNT: Schema = { type: 'integer', minimum: 0 };

/** An object that has exactly these members; those of `optional` may be missing. */
export function object(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
