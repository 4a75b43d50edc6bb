import { renameSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Failure } from './failures.js';
import type { Options } from './options.js';
import { type Gate, passes, TARGETS } from './targets.js';

interface Figures {
  readonly startedAt: string;
  readonly client: string;
  readonly options: Options;
  readonly results: object;
  readonly gates: readonly Gate[];
  readonly doubtful: readonly Failure[];
  readonly failed: readonly Failure[];
}

/** Every figure of every round, for machines; whoever reads the file while a run goes on reads a whole one. */
export function writeFigures(file: string, { gates, options, ...figures }: Figures): void {
  // Where the files of this run lie is nobody's business.
  const { json: _json, profile: _profile, ...asked } = options;
  const document = {
    ...figures,
    machine: { cores: cpus().length, memoryBytes: totalmem(), node: process.versions.node },
    options: asked,
    targets: gates.map((gate) => ({ ...TARGETS[gate.target], ...gate, isMet: passes(gate) })),
  };
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value) : value;
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(document, plain, 2)}\n`);
  renameSync(unfinished, file);
}
