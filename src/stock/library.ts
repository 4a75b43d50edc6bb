import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StockOperation } from '../domain/stock-call.js';

const ROOT = fileURLToPath(new URL('../../../lua/', import.meta.url));

/** Shared parts in the order they build on each other: a Lua local is only seen by what comes after it. */
const LIBRARY_FILES = [
  'register',
  'clock',
  'header',
  'sku',
  'change',
  'schedule',
  'buyer',
  'hold',
  'reply',
  'ending',
  'restoring',
] as const;

export interface FunctionLibrary {
  /** Name of the library in Redis; carries a digest of the source. */
  readonly name: string;
  /** What `FUNCTION LOAD` takes. */
  readonly source: string;
  functionName(operation: StockOperation | 'initialise'): string;
}

/**
 * Joins `lua/` into one Redis Functions library. `clock` replaces `lua/library/clock.lua`, so that a test on a real
 * Redis can own time; another source has another digest, so such a library never stands in for the real one.
 */
export function buildLibrary(options: { readonly clock?: string } = {}): FunctionLibrary {
  const shared = LIBRARY_FILES.map((name) =>
    name === 'clock' && options.clock !== undefined ? options.clock : read(`library/${name}.lua`),
  );
  const operations = readdirSync(`${ROOT}operations`)
    .filter((file) => file.endsWith('.lua'))
    .sort()
    // A block each: what is local in one operation is not seen by the next.
    .map((file) => `do\n${read(`operations/${file}`)}\nend\n`);
  const body = [...shared, ...operations].join('\n');
  const name = `holdfast_${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
  return {
    name,
    source: `#!lua name=${name}\nlocal PREFIX = '${name}_'\n${body}`,
    functionName: (operation) => `${name}_${operation}`,
  };
}

function read(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

/** What loading needs of a connection. */
export interface FunctionLoader {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** Loads the library where it is missing. Rejects with Redis' own error (out of memory, not permitted, …). */
export async function loadLibrary(redis: FunctionLoader, library: FunctionLibrary): Promise<void> {
  try {
    await redis.call('FUNCTION', 'LOAD', library.source);
  } catch (error) {
    // The name carries the digest, so the same name is the same source: another engine was first.
    if (!/already exists/.test(String(error))) throw error;
  }
}
