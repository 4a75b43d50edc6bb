import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compareWithBaseline, readBaseline } from '../../loadtest/baseline.js';
import { judge, verdictOf } from '../../loadtest/judge.js';
import type { Check } from '../../loadtest/result.js';
import { temporaryDirectory } from '../support/directories.js';
import { KEPT, latency, phaseWith, resultWith } from './results.js';

const LEVELS = { p99Max: 10, errorShareMax: 0.001 };

function statesOf(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]));
}

t.test('a run that kept everything', async (t) => {
  const checks = judge([phaseWith()], KEPT, [], LEVELS);
  t.same(statesOf(checks), {
    consistency: 'passed',
    'selling: load': 'passed',
    'selling: p99': 'passed',
    'selling: errors': 'passed',
  });
  t.equal(verdictOf(checks), 'passed');
});

t.test('a fast run that lost a hold is a failed run', async (t) => {
  const lost = {
    ...KEPT,
    missing: 1,
    broken: ['hold x was acknowledged and is not in Redis'],
    isKept: false,
  };
  const checks = judge([phaseWith()], lost, [], LEVELS);
  t.equal(verdictOf(checks), 'failed');
  t.match(checks[0]!.detail, /1 missing.*hold x/);
});

t.test('service levels, each at its bound and beyond', async (t) => {
  const of = (differing: Parameters<typeof phaseWith>[0]) =>
    statesOf(judge([phaseWith(differing)], KEPT, [], LEVELS));
  t.equal(of({ all: latency(10) })['selling: p99'], 'passed');
  t.equal(of({ all: latency(10.2) })['selling: p99'], 'failed');
  t.equal(of({ timedOut: 1 })['selling: errors'], 'passed', 'one in a thousand');
  t.equal(of({ timedOut: 1, cutOff: 1 })['selling: errors'], 'failed');
  t.equal(of({ unsent: 2 })['selling: errors'], 'failed', 'what was never sent is no answer either');
  const paid = { followUps: latency(1, 1000) };
  t.equal(of({ ...paid, followUpErrors: 1 })['selling: confirms and releases'], 'passed');
  t.equal(of({ ...paid, followUpErrors: 2 })['selling: confirms and releases'], 'failed');
  t.equal(of({ standing: 'shown', all: latency(99) })['selling: p99'], undefined, 'shown only');
  t.equal(
    of({ isOpen: false, all: latency(99) })['selling: p99'],
    undefined,
    'no latency from a closed loop',
  );
});

t.test('a load that was not sent is no measurement, however fast it was', async (t) => {
  const checks = judge([phaseWith({ sentInTime: 989, all: latency(99) })], KEPT, [], LEVELS);
  t.same(statesOf(checks), {
    consistency: 'passed',
    'selling: load': 'void',
    'selling: p99': 'void',
    'selling: errors': 'void',
  });
  t.equal(verdictOf(checks), 'void');
  const early = { name: 'scenario', state: 'failed', detail: 'a hold was made too early' } as const;
  const found = judge([phaseWith({ sentInTime: 989 })], KEPT, [early], LEVELS);
  t.equal(verdictOf(found), 'failed', 'but what was seen was seen');
  const unpaid = judge(
    [phaseWith({ sentInTime: 989, followUps: latency(1, 1000), followUpErrors: 900 })],
    KEPT,
    [],
    LEVELS,
  );
  t.equal(verdictOf(unpaid), 'void', 'confirms that could not be sent either');
});

t.test('what the client itself was late is no fault of the engine', async (t) => {
  const p99 = (all: number, late: number): string | undefined =>
    statesOf(judge([phaseWith({ all: latency(all), lateness: latency(late) })], KEPT, [], LEVELS))[
      'selling: p99'
    ];
  t.equal(p99(9, 8), 'passed');
  t.equal(p99(12, 1), 'failed', 'it would have been too slow all the same');
  t.equal(p99(12, 3), 'void', 'it might have held');
});

t.test('a run without anything to judge has not passed', async (t) => {
  for (const phases of [[], [phaseWith({ standing: 'shown' })], [phaseWith({ standing: 'aside' })]])
    t.equal(verdictOf(judge(phases, KEPT, [], LEVELS)), 'void');
  const stopped = { name: 'scenario', state: 'void', detail: 'stopped before its end' } as const;
  t.equal(verdictOf(judge([phaseWith()], KEPT, [stopped], LEVELS)), 'void');
});

t.test('against a baseline', async (t) => {
  const states = (now: Parameters<typeof phaseWith>[0], tolerance = 0.2) =>
    statesOf(compareWithBaseline([phaseWith(now)], [], resultWith(), tolerance));
  t.same(states({ all: latency(4.8) }), {
    'selling: p99 against the baseline': 'passed',
    'selling: errors against the baseline': 'passed',
  });
  t.equal(states({ all: latency(4.9) })['selling: p99 against the baseline'], 'failed');
  t.equal(states({ all: latency(4.9) }, 0.3)['selling: p99 against the baseline'], 'passed');
  t.equal(
    states({ due: 1200, all: latency(3) })['selling: p99 against the baseline'],
    'void',
    'another load',
  );
  t.equal(states({ cutOff: 5 })['selling: errors against the baseline'], 'failed');
  t.same(states({ name: 'renamed' }), { baseline: 'failed' }, 'nothing in common is no agreement');
  const figure = (value: number) => ({ name: 'saturation, open loop', value, unit: 'requests/s' });
  const slower = compareWithBaseline([], [figure(790)], resultWith({ figures: [figure(1000)] }), 0.2);
  t.same(statesOf(slower), { 'saturation, open loop against the baseline': 'failed' });
});

t.test('a baseline is a result of the same scenario', async (t) => {
  const file = join(temporaryDirectory(t, 'baseline'), 'result.json');
  writeFileSync(file, JSON.stringify(resultWith()));
  t.equal(readBaseline(file, 'hot-sku').phases.length, 1);
  t.throws(() => readBaseline(file, 'spike'), { message: /is a result of hot-sku, not of spike/ });
  writeFileSync(file, JSON.stringify(resultWith({ verdict: 'void' })));
  t.throws(() => readBaseline(file, 'hot-sku'), { message: /void run, which measured nothing/ });
  writeFileSync(file, '{"phases": 1}');
  t.throws(() => readBaseline(file, 'spike'), { message: /is no result of a load test/ });
  writeFileSync(file, 'not JSON');
  t.throws(() => readBaseline(file, 'spike'), { message: /is no result of a load test/ });
  t.throws(() => readBaseline(`${file}.gone`, 'spike'), { message: /Cannot read/ });
});
