import type { RoundReport } from './runner.js';
import type { Scenario } from './scenario.js';

export const BEGIN = '<!-- faults:begin -->';
export const END = '<!-- faults:end -->';

/** A scenario after all its rounds. */
export interface ScenarioReport {
  readonly scenario: Scenario;
  readonly rounds: readonly RoundReport[];
  /** What the rounds together did not show. */
  readonly concluded: readonly string[];
}

/** What a run wrote with `--json`. Throws when it names a scenario that is not among `scenarios`, or is no such file. */
export function reportsOf(json: string, scenarios: readonly Scenario[]): readonly ScenarioReport[] {
  const written = JSON.parse(json) as readonly ScenarioReport[];
  return written.map(({ scenario: { name }, rounds, concluded }) => {
    const scenario = scenarios.find((candidate) => candidate.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario ${JSON.stringify(name)}`);
    return { scenario, rounds, concluded };
  });
}

export function isKept({ scenario, rounds, concluded }: ScenarioReport): boolean {
  return concluded.length === 0 && rounds.every(({ verdict }) => isRoundKept(verdict, scenario));
}

export function isRoundKept(verdict: RoundReport['verdict'], { isControl = false }: Scenario): boolean {
  const { missing, oversold, auditDifferences, broken } = verdict;
  return (isControl ? 0 : missing) + oversold + auditDifferences + broken.length === 0;
}

const HEAD = [
  'what happens',
  'rounds',
  'requests: ok / refused / unknown',
  'accepted a second under load',
  'acknowledged, then missing',
  'oversold',
  'audit',
  'selling again after, ms: median / worst',
  '',
];

/** The table that the README shows. */
export function markdown(reports: readonly ScenarioReport[]): string {
  const rows = reports.map((report) => `| ${cells(report).join(' | ')} |`);
  return [`| ${HEAD.join(' | ')} |`, '| --- | --: | --: | --: | --: | --: | --- | --: | --- |', ...rows].join(
    '\n',
  );
}

function cells({ scenario, rounds, concluded }: ScenarioReport): readonly string[] {
  const sum = (of: (round: RoundReport) => number): number =>
    rounds.reduce((total, round) => total + of(round), 0);
  const differences = sum(({ verdict }) => verdict.auditDifferences);
  const broken = sum(({ verdict }) => verdict.broken.length) + concluded.length;
  const recoveries = rounds.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  return [
    scenario.title,
    String(rounds.length),
    [sum(({ counts }) => counts.ok), sum(({ counts }) => counts.refused), sum(({ counts }) => counts.unknown)]
      .map(grouped)
      .join(' / '),
    grouped(median(rounds.map(({ acceptedPerSecond }) => acceptedPerSecond))),
    grouped(sum(({ verdict }) => verdict.missing)) + (scenario.isControl ? ' (must lose)' : ''),
    grouped(sum(({ verdict }) => verdict.oversold)),
    auditOf(differences, broken, scenario),
    recoveries.length === 0 ? '–' : `${grouped(median(recoveries))} / ${grouped(Math.max(...recoveries))}`,
    figuresOf(rounds),
  ];
}

function auditOf(differences: number, broken: number, { isControl }: Scenario): string {
  if (differences > 0) return `${differences} differences`;
  if (broken > 0) return `${broken} broken`;
  return isControl ? 'loss noticed' : 'clean';
}

function figuresOf(rounds: readonly RoundReport[]): string {
  const names = [...new Set(rounds.flatMap(({ figures }) => Object.keys(figures)))];
  return names
    .map((name) => {
      const values = rounds.flatMap(({ figures }) => figures[name] ?? []);
      // Whether something was so in a round: in how many.
      if (values.every((value) => value === 0 || value === 1)) {
        return `${name} in ${values.filter((value) => value === 1).length} of ${values.length}`;
      }
      return `${name} ${grouped(median(values))} / ${grouped(Math.max(...values))}`;
    })
    .join('; ');
}

/** `text` with the table between its markers. Throws when it has none. */
export function withTable(text: string, table: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`there are no markers ${BEGIN} and ${END} to write between`);
  return `${text.slice(0, from + BEGIN.length)}\n${table}\n${text.slice(to)}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function grouped(value: number): string {
  return Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en-US');
}
