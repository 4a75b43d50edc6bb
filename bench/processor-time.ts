import { readdirSync, readFileSync } from 'node:fs';

/** Processor time by thread of a process: thread id → nanoseconds. Empty without /proc or when the process is gone. */
export type ThreadTimes = ReadonlyMap<number, number>;

/** Nanoseconds each thread of `pid` has run so far, from the scheduler's own account (10,000 times finer than ticks). */
export function threadTimes(pid: number): ThreadTimes {
  const times = new Map<number, number>();
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return times;
  }
  for (const thread of threads) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      times.set(Number(thread), Number(text.slice(0, text.indexOf(' '))));
    } catch {
      // A thread that ended between the listing and the read has nothing more to tell.
    }
  }
  return times;
}

/** Nanoseconds all threads of `pid` have run so far. */
export function processorTimeOf(pid: number): number {
  let sum = 0;
  for (const time of threadTimes(pid).values()) sum += time;
  return sum;
}

/** Nanoseconds by process of `pid` and all below it. */
export function processTimes(pid: number): ReadonlyMap<number, number> {
  return new Map(processTree(pid).map((each) => [each, processorTimeOf(each)]));
}

/**
 * Nanoseconds that processes ran between two readings. What ended in between (an autovacuum worker, a session) takes what it ran with it
 * and counts as nothing, instead of making the difference of the sums negative.
 */
export function ranBetween(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const [pid, time] of after) sum += Math.max(0, time - (before.get(pid) ?? 0));
  return sum;
}

/** Process ids below `pid` (Postgres forks one per connection), with itself. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // Gone in the meantime.
    }
  }
  const tree = [pid];
  for (let index = 0; index < tree.length; index += 1) tree.push(...(children.get(tree[index]!) ?? []));
  return tree;
}

/** Bytes of memory the process has resident now. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}
