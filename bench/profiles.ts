import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { table } from './report.js';

/** The parts of a V8 CPU profile that are read here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[];
}

const ROWS = 25;

/** The functions each thread of the engine spent most time in itself, from the profiles in `directory`. */
export function profileTables(directory: string, markdown: boolean): string {
  const files = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  return files.map((name) => tableOf(join(directory, name), markdown)).join('\n\n');
}

function tableOf(file: string, markdown: boolean): string {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const spent = new Map<string, number>();
  let busy = 0;
  for (const [index, node] of profile.samples.entries()) {
    const name = names.get(node) ?? '?';
    if (name === '(idle)') continue;
    const microseconds = profile.timeDeltas[index] ?? 0;
    busy += microseconds;
    spent.set(name, (spent.get(name) ?? 0) + microseconds);
  }
  const rows = [...spent]
    .sort((a, b) => b[1] - a[1])
    .slice(0, ROWS)
    .map(([name, time]) => [name, (time / 1000).toFixed(0), `${((time / busy) * 100).toFixed(1)} %`]);
  return table(
    [`${basename(file)}: ${(busy / 1e6).toFixed(1)} s busy`, 'ms itself', 'share'],
    rows,
    markdown,
  );
}

function nameOf(frame: Profile['nodes'][number]['callFrame']): string {
  const file = frame.url.split('/').slice(-2).join('/');
  return file === ''
    ? frame.functionName || '(native)'
    : `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`;
}
