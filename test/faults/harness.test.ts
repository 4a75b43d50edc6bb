import { createServer, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { buyerName, Journal, Outcome } from '../../loadtest/consistency/journal.js';
import { Stores } from '../../loadtest/consistency/stores.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { Counters, Timeline } from './load/counts.js';
import { LoadThread } from './load/load.js';
import { Shopper } from './load/shopper.js';
import { Runner } from './runner.js';
import { openSale, skusOf } from './sale.js';
import type { FinishedRound, RoundRecords } from './scenario.js';
import { KILLS } from './scenarios/kills.js';
import { type Stack, Workshop } from './stack.js';
import { verifyRound } from './verify.js';

leftovers(t);
t.setTimeout(110_000);

/** A server that answers every request with what `answer` says; undefined cuts the connection. */
async function scripted(
  t: Test,
  answer: (request: string, number: number) => string | undefined,
): Promise<number> {
  const sockets = new Set<Socket>();
  let number = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setEncoding('latin1').on('data', (request: string) => {
      number += 1;
      const text = answer(request, number);
      if (text === undefined) socket.destroy();
      else socket.write(text);
    });
    socket.on('error', () => undefined);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}

function reply(status: string, body: object): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status}\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}

t.test('the client tells ok, refused and unknown apart, and asks again with the same key', async (t) => {
  const id = 'A'.repeat(28);
  const keys: string[] = [];
  const port = await scripted(t, (request, number) => {
    keys.push(/Idempotency-Key: (\S+)/.exec(request)?.[1] ?? '');
    if (number === 1) return reply('201 Created', { holdId: id, state: 'held' });
    if (number === 2) return reply('409 Conflict', { code: 'sold_out' });
    if (number === 3) return reply('503 Service Unavailable', { code: 'overloaded' });
    if (number === 4) return reply('503 Service Unavailable', { code: 'outcome_unknown' });
    if (number === 5) return undefined;
    return reply('200 OK', { holdId: id.replace('A', 'B'), state: 'held' });
  });
  const [counters, timeline] = [new Counters(), new Timeline()];
  const options = {
    targets: [{ host: '127.0.0.1', port }],
    connections: 1,
    keyPrefix: 'test-key-',
    skus: [{ sku: 'phone', weight: 1, buyers: 10 }],
    recordsMax: 5,
    timeoutMs: 1000,
  };
  const shopper = new Shopper(options, counters, timeline);
  await until(() => counters.read().ok === 3);
  t.equal(await shopper.stop(1000), 0, 'nothing is left unknown');
  t.match(counters.read(), {
    ok: 3,
    refused: 2,
    unknown: 2,
    accepted: 1,
    cutOff: 1,
    soldOut: 1,
    overloaded: 1,
  });
  const { journal } = shopper;
  const { acknowledged, refused } = Outcome;
  const outcomes = [0, 1, 2, 3, 4].map((index) => journal.outcome(index));
  t.same(outcomes, [acknowledged, refused, refused, acknowledged, acknowledged]);
  t.same([...keys.slice(5)].sort(), [journal.key(3), journal.key(4)], 'both unknown ones were asked again');
  t.equal(journal.holdId(0), id);
});

t.test('the journal keeps what was put in, over its chunks', async (t) => {
  const journal = new Journal('k-');
  for (let index = 0; index < 70_000; index += 1) {
    journal.add(index % 7, index, 1 + (index % 2));
    journal.setHoldId(index, String(index).padStart(28, '0'));
  }
  const copy = new Journal(journal.keyPrefix, journal.buffers, journal.length);
  for (const index of [0, 32_767, 32_768, 69_999]) {
    t.same(
      [copy.sku(index), copy.buyer(index), copy.quantity(index), Number(copy.holdId(index))],
      [index % 7, index, 1 + (index % 2), index],
    );
  }
  t.throws(() => copy.sku(200_000), /no record/);
});

/** One more hold in Redis that nobody was told of; the answer takes it away again. */
type Tampering = (
  stores: Stores,
  records: RoundRecords,
  found: { partition: number; index: number },
) => Promise<void>;

/** Holds of a short sale; chance decides how many of them are confirmed. */
const ACCEPTED_MIN = 200;

const TAMPERINGS: Readonly<Record<string, readonly [RegExp, Tampering]>> = {
  'an acknowledged hold taken out of both stores': [
    /was acknowledged and is not in Redis nor the ledger/,
    async (stores, { journal }, { partition, index }) => {
      await stores.redis.hdel(`{p${partition}}:holds`, journal.holdId(index));
      await stores.pool.query('DELETE FROM holdfast.holds WHERE hold_id = $1', [journal.holdId(index)]);
    },
  ],
  'a confirmed hold that is held again': [
    /was confirmed with pay-\d+ and is held/,
    async (stores, { journal, skus }, { partition, index }) => {
      const key = `{p${partition}}:holds`;
      const record = await stores.redis.hgetBuffer(key, journal.holdId(index));
      const head = Buffer.concat([Buffer.of(0), record!.subarray(1, 9)]);
      const rest = Buffer.from(`${skus[journal.sku(index)]!.sku}|${buyerName(journal.buyer(index))}`);
      await stores.redis.hset(key, journal.holdId(index), Buffer.concat([head, rest]));
    },
  ],
  'a hold that nobody was told of': [
    /its client was told that it is not/,
    async (stores, { journal }, { partition, index }) => {
      const key = `{p${partition}}:holds`;
      const record = await stores.redis.hgetBuffer(key, journal.holdId(index));
      await stores.redis.hset(key, `${journal.holdId(index).slice(0, 27)}!`, record!);
    },
  ],
  'an event gone from the ledger': [
    /the ledger has \d+ events/,
    async (stores, _records, { partition }) => {
      const sql = 'DELETE FROM holdfast.ledger_events WHERE partition = $1 AND seq = 2';
      await stores.pool.query(sql, [partition]);
    },
  ],
};

t.test(
  'the verifier is content with an honest sale, and sees what is done behind the engine’s back',
  async (t) => {
    const workshop = new Workshop();
    const thread = new LoadThread();
    t.teardown(async () => {
      await thread.close();
      await workshop.close();
    });
    const stack = await workshop.open({ postgres: { fsync: false } });
    const finished = await shortSale(stack, thread, 'honest');
    t.teardown(() => finished.stores.close());
    t.same(await verifyRound(finished), { missing: 0, oversold: 0, auditDifferences: 0, broken: [] });
    const { journal } = finished.records;
    t.ok(finished.records.counts.accepted > ACCEPTED_MIN, 'there was something to verify');
    for (const [name, [sentence, tamper]] of Object.entries(TAMPERINGS)) {
      const index = indexOfConfirmed(journal);
      const partition = 64 * value(journal.holdId(index), 0) + value(journal.holdId(index), 1);
      await tamper(finished.stores, finished.records, { partition, index });
      const verdict = await verifyRound(finished);
      t.ok(
        verdict.broken.some((found) => sentence.test(found)),
        `${name}: ${verdict.broken.join('\n')}`,
      );
      journal.setConfirm(index, Outcome.refused);
    }
    t.equal((await verifyRound(finished)).missing, 1, 'the one that was deleted');
  },
);

async function shortSale(stack: Stack, thread: LoadThread, name: string): Promise<FinishedRound> {
  const skus = skusOf(name);
  await openSale(stack.engine.operationsUrl, skus);
  const load = thread.begin({
    targets: stack.targets,
    connections: 8,
    keyPrefix: `${name}-`,
    skus,
    recordsMax: 3000,
    timeoutMs: 5000,
  });
  const isEnough = (): boolean => load.counts().confirmed >= 20 && load.counts().accepted > ACCEPTED_MIN;
  await until(isEnough, { timeoutMs: 20_000 });
  const records = { ...(await load.stop(10_000)), skus };
  const round = { stack } as FinishedRound['round'];
  return { round, records, stores: new Stores(stack.redis.url, stack.databaseUrl) };
}

function indexOfConfirmed(journal: Journal): number {
  for (let index = 0; index < journal.length; index += 1) {
    if (journal.confirm(index) === Outcome.acknowledged) return index;
  }
  throw new Error('nothing was confirmed');
}

function value(holdId: string, place: number): number {
  return 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(holdId.charAt(place));
}

t.test('a round: Redis is killed under load, and everything is as it was told', async (t) => {
  const options = { rounds: 1, short: true, connections: 16 };
  const runner = new Runner(options, new AbortController().signal);
  t.teardown(() => runner.close());
  const [report] = await runner.run(KILLS.find(({ name }) => name === 'redis-killed')!, () => undefined);
  t.same(report?.verdict, { missing: 0, oversold: 0, auditDifferences: 0, broken: [] });
  t.type(report?.recoveryMs, 'number');
});
