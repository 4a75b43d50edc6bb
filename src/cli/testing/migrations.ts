import { existsSync, readFileSync } from 'node:fs';

/** What was done to the clusters of a test file, or of all. */
export interface Migrations {
  readonly clusters: number;
  /** Slots that were moved from one node to another while the tests ran, and arrived. */
  readonly slots: number;
}

/** Reads what tests write down about their clusters, a line for each: `FILE SLOTS`. */
export function migrationsIn(record: string, file?: string): Migrations {
  const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  const cells = lines.map((line) => line.split(' ')).filter(([name]) => file === undefined || name === file);
  return {
    clusters: cells.length,
    slots: cells.reduce((sum, [, slots]) => sum + Number(slots), 0),
  };
}
