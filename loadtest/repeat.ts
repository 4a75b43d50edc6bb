import type { Options } from './options.js';

/** A word as a shell takes it. */
function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The command that runs the same again. `rate`: what was found out, when none was given, so that a second run offers the same load.
 * Addresses of stores have passwords in them and are left for the reader to fill in.
 */
export function repeatCommand(options: Options, seconds: number, rate: number | undefined): string {
  const { scenario, running, connections, arrivals, timeoutMs, seed, p99Max, errorShareMax, file, shards } =
    options;
  const values: readonly (readonly [string, string | number | undefined])[] = [
    ['duration', seconds],
    ['rate', options.rate ?? (rate === undefined ? undefined : Math.round(rate))],
    ['connections', connections],
    ['arrivals', arrivals],
    ['timeout', timeoutMs],
    ['seed', seed],
    ['p99', p99Max],
    ['errors', Number((errorShareMax * 100).toPrecision(6))],
    ['file', file],
    ['shards', shards],
  ];
  const given = values.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoted(String(value))}`],
  );
  const where =
    running === undefined
      ? []
      : [
          `--url ${quoted(running.url)} --admin-url ${quoted(running.adminUrl)}`,
          '--redis-url … --database-url …',
        ];
  return ['npm run loadtest --', scenario, ...given, ...where].join(' ');
}
