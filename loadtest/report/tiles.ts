import { errorShare } from '../generator/phase.js';
import type { CheckState, RunResult } from '../result.js';
import { rounded } from '../tables.js';
import { escaped } from './markup.js';

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly state: CheckState | 'plain';
}

const TILES_MAX = 8;

/** The few figures that somebody looks for who has five seconds. */
export function tilesOf(result: RunResult): string {
  const tiles = [consistencyTile(result), ...figureTiles(result), ...phaseTiles(result)].slice(0, TILES_MAX);
  const items = tiles.map(
    ({ name, value, note, state }) =>
      `<div class="tile ${state}"><span>${escaped(name)}</span><strong>${escaped(value)}</strong><span>${escaped(note)}</span></div>`,
  );
  return `<div class="tiles">${items.join('\n')}</div>`;
}

function consistencyTile({ consistency }: RunResult): Tile {
  const { isKept, accepted, missing, oversold } = consistency;
  return {
    name: 'consistency',
    value: isKept ? 'kept' : 'BROKEN',
    note: `${rounded(accepted)} accepted, ${rounded(missing)} missing, ${rounded(oversold)} oversold`,
    state: isKept ? 'passed' : 'failed',
  };
}

/** What the scenario was run for. */
function figureTiles({ scenario, figures }: RunResult): readonly Tile[] {
  const wanted = { capacity: 'saturation, open loop', peak: 'accepted, closed loop' }[scenario];
  return figures
    .filter(({ name }) => name === wanted)
    .map(({ name, value, unit }) => ({ name, value: rounded(value), note: unit, state: 'plain' }));
}

function phaseTiles({ phases, checks, settings }: RunResult): readonly Tile[] {
  const stateOf = (name: string): Tile['state'] =>
    checks.find((check) => check.name === name)?.state ?? 'plain';
  return phases
    .filter(({ standing }) => standing === 'judged')
    .flatMap((phase): readonly Tile[] => {
      const { name, isOpen, due, seconds, all } = phase;
      const p99 = stateOf(`${name}: p99`);
      const latency: Tile = {
        name: `p99, ${name}`,
        value: p99 === 'void' ? 'not measured' : `${(all.p99 / 1000).toFixed(2)} ms`,
        note: `at most ${settings.p99Max} ms, at ${rounded(due / Math.max(seconds, 0.001))} requests a second`,
        state: p99,
      };
      const errors: Tile = {
        name: `errors, ${name}`,
        value: `${(errorShare(phase) * 100).toFixed(2)} %`,
        note: `at most ${Number(settings.errorShareMax) * 100} % of ${rounded(due)} requests`,
        state: stateOf(`${name}: errors`),
      };
      return isOpen ? [latency, errors] : [errors];
    });
}
