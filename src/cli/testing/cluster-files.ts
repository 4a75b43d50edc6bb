import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What gives a test a Redis that is a cluster where one is asked for. All other files run as they run without. */
const GIVER = /\bfreshRedis\b/;
const IMPORT = /^(?:import|export)\s+(?:([^;'"]*?)\s*from\s*)?['"](\.{1,2}\/[^'"]+)['"]/gm;

interface Import {
  /** What it takes from there. */
  readonly names: string;
  readonly module: string;
}

/** Tells compiled test files that use a Redis which can be a cluster from all others, by what they import. */
export class ClusterFiles {
  readonly #home: string;
  readonly #imports = new Map<string, readonly Import[]>();

  /** `tests`: the directory of the compiled tests. */
  constructor(tests: string) {
    this.#home = join(tests, 'support', 'redis.js');
  }

  /** Whether `file`, or anything that it imports, asks for a Redis that can be a cluster. */
  has(file: string): boolean {
    const seen = new Set([file]);
    for (const module of seen) {
      for (const { names, module: next } of this.#importsOf(module)) {
        if (next === this.#home && GIVER.test(names)) return true;
        // Who takes nothing but other things from there has no such Redis.
        if (next !== this.#home) seen.add(next);
      }
    }
    return false;
  }

  #importsOf(file: string): readonly Import[] {
    const known = this.#imports.get(file);
    if (known !== undefined) return known;
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const imports = [...text.matchAll(IMPORT)].map(([, names = '', module = '']) => ({
      names,
      module: resolve(dirname(file), module),
    }));
    this.#imports.set(file, imports);
    return imports;
  }
}
