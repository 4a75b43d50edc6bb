import { readdirSync, readFileSync } from 'node:fs';
import type { Test } from 'tap';
import { processCommand } from '../../src/services/processes.js';
import { until } from './until.js';

/** Pids of the processes whose parent is this process, as `/proc` has them; empty where there is no `/proc`. */
export function childPids(parent: number = process.pid): readonly number[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names.filter((name) => /^\d+$/.test(name) && parentOf(name) === parent).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Fails the test when this file still has child processes after everything was torn down. Call it first in the file,
 * with the root `t`: teardowns run in reverse order, so its check comes last.
 */
export function leftovers(t: Test): void {
  const before = new Set(childPids());
  t.teardown(async () => {
    const left = (): readonly number[] => childPids().filter((pid) => !before.has(pid));
    try {
      await until(() => left().length === 0, { timeoutMs: 5_000 });
    } catch {
      const commands = left().map((pid) => `${pid} ${processCommand(pid) ?? ''}`);
      throw new Error(`this test file left processes running:\n${commands.join('\n')}`);
    }
  });
}
