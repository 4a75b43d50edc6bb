import t from 'tap';
import { Counters, Timeline } from './load/counts.js';
import { HELP, parseOptions } from './options.js';
import { BEGIN, END, isKept, markdown, reportsOf, withTable } from './report.js';
import type { RoundReport } from './runner.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/index.js';

const scenario: Scenario = { name: 'test', title: 'a test', strike: async () => undefined };
const kept = { missing: 0, oversold: 0, auditDifferences: 0, broken: [] };

function round(over: Partial<RoundReport> = {}): RoundReport {
  return {
    scenario: 'test',
    round: 1,
    counts: { ...new Counters().read(), ok: 1000, refused: 20, unknown: 3 },
    acceptedPerSecond: 12_345,
    recoveryMs: 100,
    verdict: kept,
    figures: {},
    seconds: 1,
    ...over,
  };
}

t.test('the table says what was counted', async (t) => {
  const rounds = [round(), round({ recoveryMs: 300, figures: { repaired: 1, 'drain ms': 1500 } })];
  const table = markdown([{ scenario, rounds, concluded: [] }]);
  t.match(table.split('\n')[2], '| a test | 2 | 2,000 / 40 / 6 | 12,345 | 0 | 0 | clean | 300 / 300 |');
  t.match(table, 'repaired in 1 of 1; drain ms 1,500 / 1,500');
  const readme = `# Title\n${BEGIN}\nold\n${END}\nrest\n`;
  t.equal(withTable(readme, 'new'), `# Title\n${BEGIN}\nnew\n${END}\nrest\n`);
  t.throws(() => withTable('# Title\n', 'new'), /no markers/);
});

t.test('what a run wrote gives the same table again, to go on from', async (t) => {
  const rounds = [round(), round({ recoveryMs: undefined, verdict: { ...kept, missing: 1, broken: ['x'] } })];
  const reports = [{ scenario, rounds, concluded: ['blind'] }];
  const read = reportsOf(JSON.stringify(reports), [...SCENARIOS, scenario]);
  t.equal(markdown(read), markdown(reports));
  t.equal(read[0]?.scenario, scenario);
  t.throws(() => reportsOf(JSON.stringify(reports), SCENARIOS), /there is no scenario "test"/);
});

t.test('anything broken is broken; only a control may lose', async (t) => {
  const report = (verdict: RoundReport['verdict'], of = scenario): boolean =>
    isKept({ scenario: of, rounds: [round(), round({ verdict })], concluded: [] });
  t.ok(report(kept));
  for (const verdict of [
    { ...kept, missing: 1 },
    { ...kept, oversold: 1 },
    { ...kept, auditDifferences: 1 },
    { ...kept, broken: ['something'] },
  ])
    t.notOk(report(verdict), JSON.stringify(verdict));
  t.ok(report({ ...kept, missing: 1 }, { ...scenario, isControl: true }));
  t.notOk(isKept({ scenario, rounds: [round()], concluded: ['blind'] }));
  const control = SCENARIOS.find(({ isControl }) => isControl);
  t.equal(control?.conclude?.([kept, kept]).length, 1, 'a control that loses nothing fails');
  t.same(control?.conclude?.([kept, { ...kept, missing: 1 }]), []);
});

t.test('options', async (t) => {
  t.match(parseOptions(['--only', 'redis-killed,all-killed', '--rounds', '3'], SCENARIOS), {
    kind: 'run',
    options: { rounds: 3, short: false, connections: 64, scenarios: { length: 2 } },
  });
  t.throws(
    () => parseOptions(['--only', 'nothing'], SCENARIOS),
    /--only: there is no scenario "nothing"; --list/,
  );
  t.throws(() => parseOptions(['--rounds', '0'], SCENARIOS), /--rounds must be a whole number from 1/);
  t.throws(() => parseOptions(['redis-killed'], SCENARIOS), /is not an option/);
  t.throws(() => parseOptions(['--resume'], SCENARIOS), /--resume needs --json FILE/);
  const names = SCENARIOS.map(({ name }) => name);
  t.equal(new Set(names).size, names.length, 'no name twice');
  t.ok(HELP.includes('--list'));
});

t.test('recovery counts from holds that were asked for after the fault', async (t) => {
  const timeline = new Timeline();
  timeline.begin(1000);
  timeline.accepted(1005, 1010);
  // Asked for before, answered after: no recovery.
  timeline.accepted(1090, 1250);
  t.equal(timeline.firstAcceptedAfter(1100), undefined);
  timeline.accepted(1300, 1900);
  timeline.accepted(1350, 1400);
  t.equal(timeline.firstAcceptedAfter(1100), 1400, 'the first answer, not the first question');
  t.equal(timeline.perSecond(1000, 1300), 2 / 0.3);
});
