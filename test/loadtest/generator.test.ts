import t, { type Test } from 'tap';
import type { Answer } from '../../loadtest/generator/connection.js';
import { Generator, type GeneratorOptions } from '../../loadtest/generator/generator.js';
import { achievedShare, type PhaseResult } from '../../loadtest/generator/phase.js';
import { constantRate, Schedule } from '../../loadtest/generator/schedule.js';
import type { Judgement, Phase, Work } from '../../loadtest/generator/work.js';
import { seededRandom } from '../../src/cli/replay/random.js';
import { freePort } from '../../src/services/ports.js';
import { until } from '../support/until.js';
import { type Behaviour, requestText, startKnownServer } from './known-server.js';

const TOLERANCE = 0.05;
/** A busy machine may hold answers back after they were sent, and only for a while: a generator that is right once is right. */
const ATTEMPTS = 4;
const SEED = 7;

/** Requests by their number, so that the server can tell them apart. */
class Numbered implements Work<number> {
  #next = 0;

  next(): number {
    this.#next += 1;
    return this.#next - 1;
  }

  text(number: number): string {
    return requestText(number);
  }

  answered(_: number, { status }: Answer): Judgement {
    return { kind: status === 201 ? 'accepted' : 'failed', code: String(status) };
  }

  failed(): void {}
}

async function drive(
  port: number,
  phase: Phase,
  options: Partial<GeneratorOptions> = {},
  work: Work<number> = new Numbered(),
): Promise<PhaseResult> {
  const target = { host: '127.0.0.1', port };
  const random = seededRandom(SEED);
  const generator = new Generator({ target, connections: 256, timeoutMs: 5000, random, ...options }, work);
  try {
    return await generator.run(phase);
  } finally {
    await generator.close();
  }
}

function open(perSecond: number, seconds: number, arrivals: 'poisson' | 'even' = 'poisson'): Phase {
  return { name: 'test', pace: { kind: 'open', slopes: constantRate(perSecond, seconds), arrivals } };
}

function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.min(ascending.length, Math.ceil((percent / 100) * ascending.length)) - 1]!;
}

/** What each latency was: from when the schedule meant the request to start until the server says that it answered. */
function truth(phase: Phase, beganAt: number, answeredAt: readonly number[]): readonly number[] {
  const { pace } = phase;
  if (pace.kind === 'closed') throw new Error('a closed loop means no moments');
  const schedule = new Schedule(pace.slopes, pace.arrivals, seededRandom(SEED));
  return answeredAt.map((moment) => moment - (beganAt + schedule.next())).sort((a, b) => a - b);
}

/** Drives a known server until the generator says what is true, or says something else as often as it may. Answers p50, p99, p99.9 in ms. */
async function compare(
  t: Test,
  behaviour: Behaviour,
  phase: Phase,
  connections: number,
): Promise<readonly number[]> {
  let wrong: string[] = [];
  let found: readonly number[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const server = await startKnownServer(t, behaviour);
    const { all, answers, due, beganAt } = await drive(server.port, phase, { connections });
    t.equal(answers.accepted, due, 'every request was answered');
    const expected = truth(phase, beganAt, await server.answeredAt());
    t.equal(expected.length, due);
    found = [all.p50, all.p99, all.p999].map((latency) => latency / 1000);
    wrong = [50, 99, 99.9]
      .map((percent, index) => [percent, found[index]!, percentile(expected, percent) / 1000] as const)
      .filter(([, measured, right]) => Math.abs(measured - right) > right * TOLERANCE)
      .map(
        ([percent, measured, right]) =>
          `p${percent} is ${right.toFixed(1)} ms, measured ${measured.toFixed(1)}`,
      );
    if (wrong.length === 0) break;
    t.comment(`attempt ${attempt}: ${wrong.join('; ')}`);
  }
  t.same(wrong, []);
  return found;
}

t.test('a constant delay', async (t) => {
  const [p50] = await compare(t, { delaysMs: [100] }, open(500, 3), 512);
  t.ok(p50! >= 99, `p50 ${p50}`);
});

t.test('a few slow answers among many fast ones', async (t) => {
  const delaysMs = Array.from({ length: 400 }, (_, n) => (n === 100 ? 800 : n % 50 === 0 ? 400 : 100));
  const [p50, p99, p999] = await compare(t, { delaysMs }, open(600, 4), 512);
  t.ok(p50! >= 99 && p99! >= 399 && p999! >= 799, `${p50}, ${p99}, ${p999}`);
});

for (const connections of [64, 512]) {
  // With few connections most requests of a stall are not even sent: they count all the same.
  t.test(`stalls, with ${connections} connections`, async (t) => {
    const stalls = { everyMs: 2000, forMs: 700 };
    const [p50, p99] = await compare(t, { delaysMs: [50], stalls }, open(300, 5, 'even'), connections);
    t.ok(p50! >= 49 && p99! > 600, `p50 ${p50}, p99 ${p99}`);
  });
}

t.test('a rate that cannot be sent is no measurement', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [50] });
  const result = await drive(port, open(1000, 1), { connections: 8, timeoutMs: 500 });
  t.ok(achievedShare(result) < 0.5, `${achievedShare(result)} of the requests were sent in time`);
  t.ok(result.unsent > 300, `${result.unsent} unsent`);
  t.equal(result.sent + result.unsent, result.due, 'nothing is lost between the two');
  t.ok(result.all.p99 >= 500_000, 'what was never sent counts with the time it waited');
  t.equal(result.all.count, result.due);
});

t.test('an answer that never comes is a timeout, and counts', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [5, 5, 5, undefined] });
  const result = await drive(port, open(200, 1), { timeoutMs: 2000 });
  t.equal(result.timedOut + result.answers.accepted, result.due);
  t.ok(
    result.timedOut > result.due / 5 && result.timedOut < result.due / 3,
    `${result.timedOut} of ${result.due}`,
  );
  t.ok(result.all.p90 >= 2_000_000, `p90 ${result.all.p90}`);
});

t.test('nobody there', async (t) => {
  const result = await drive(await freePort(), open(100, 0.5), { timeoutMs: 200 });
  t.equal(result.unsent, result.due);
  t.equal(result.sent, 0);
});

t.test('a closed loop keeps each connection busy', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [20] });
  const result = await drive(port, { name: 'closed', pace: { kind: 'closed', connections: 10, seconds: 1 } });
  t.ok(
    result.due > 20 && result.due <= 600,
    `${result.due} requests of 20 ms over 10 connections in a second`,
  );
  t.equal(result.answers.accepted, result.due);
});

t.test('what follows an answer starts when it is meant to', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [5] });
  let left = 20;
  const work: Work<number> = Object.assign(new Numbered(), {
    followUp: () => (left-- > 0 ? { job: 0, after: 1_000_000 } : undefined),
  });
  const result = await drive(port, open(200, 0.5), {}, work);
  t.equal(result.followUps.count, 20);
  t.equal(result.due, result.answers.accepted, 'and is counted apart');
  t.ok(result.followUps.p50 < 1_000_000, 'from when it was due, not from the answer before');
});

t.test('a phase is as long as its schedule, also when its last request comes early', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [1] });
  const slopes = [...constantRate(100, 0.2), ...constantRate(0, 0.8)];
  const pace = { kind: 'open', slopes, arrivals: 'even' } as const;
  const result = await drive(port, { name: 'quiet in the end', pace });
  t.equal(result.due, 20);
  t.equal(result.seconds, 1);
});

t.test('stopped at any moment: nothing more is sent, and the phase ends', async (t) => {
  const { port } = await startKnownServer(t, { delaysMs: [1] });
  const target = { host: '127.0.0.1', port };
  const work = new Numbered();
  const options = { target, connections: 256, timeoutMs: 5000, random: seededRandom(SEED) };
  const whileConnecting = new Generator(options, work);
  t.teardown(() => whileConnecting.close());
  const early = whileConnecting.run(open(100, 3600));
  whileConnecting.stop();
  t.match(await early, { due: 0, sent: 0 }, 'while its connections were being made');
  t.match(await whileConnecting.run(open(100, 3600)), { due: 0 }, 'and no later phase begins');

  const samples: number[] = [];
  const underWay = new Generator({ ...options, onSample: (_, { due }) => samples.push(due) }, work);
  t.teardown(() => underWay.close());
  const late = underWay.run(open(100, 3600));
  await until(() => samples.length > 0);
  underWay.stop();
  const { due, seconds, answers } = await late;
  t.ok(due > 0 && seconds < 3600);
  t.equal(answers.accepted, due, 'what was sent is waited for');
});
