import t, { type Test } from 'tap';
import { definePeerSku, unitsHeldByPeer } from '../../bench/peers/client.js';
import { PEERS, type PeerName } from '../../bench/peers/contract.js';
import { startPeerServer } from '../../bench/peers/start.js';
import { leftovers } from '../support/leftovers.js';
import { freshDatabase } from '../support/postgres.js';
import { singleRedis } from '../support/redis.js';
import { until } from '../support/until.js';

leftovers(t);

const BUYERS = 32;
const CONNECTIONS = 4;
const HOUR_MS = 3_600_000;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Wish {
  readonly sku: string;
  readonly buyerId: string;
  readonly quantity?: number;
  readonly key: string;
}

type Ask = (wish: Wish) => Promise<Answer>;

async function startPeer(t: Test, name: PeerName): Promise<{ url: string; ask: Ask }> {
  const store =
    name === 'Redis and Lua'
      ? (await singleRedis(t, 'the peer knows no cluster')).url
      : await freshDatabase(t);
  const peer = await startPeerServer(name, store, CONNECTIONS);
  t.teardown(() => peer.stop());
  const ask: Ask = ({ key, quantity = 1, ...body }) => post(peer.url, { ...body, quantity }, key);
  return { url: peer.url, ask };
}

async function post(url: string, body: unknown, key: string): Promise<Answer> {
  const response = await fetch(`${url}/v1/holds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

for (const name of PEERS) {
  t.test(`${name} never sells more than there is, and all of it`, async (t) => {
    const { url, ask } = await startPeer(t, name);
    await definePeerSku(url, 'phone', { total: 50, buyerLimit: 0, holdTtlMs: HOUR_MS });
    const answers: Answer[] = [];
    const buy = async (buyer: number): Promise<void> => {
      for (const turn of numbered(4)) {
        const wish = { sku: 'phone', buyerId: `buyer-${buyer}`, key: `rush-${buyer}-${turn}` };
        answers.push(await ask(wish));
      }
    };
    await Promise.all(numbered(BUYERS).map(buy));
    const held = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 409);
    t.equal(held.length + refused.length, answers.length, 'nothing but holds and refusals');
    t.equal(held.length, 50);
    t.equal(new Set(held.map(({ body }) => body.holdId)).size, 50, 'each hold is one of its own');
    t.equal(await unitsHeldByPeer(url, 'phone'), 50);
    t.match(refused[0]?.body, { code: 'sold_out', status: 409, available: 0 });
    const members = ['type', 'title', 'status', 'code', 'detail', 'requestId', 'available'];
    t.same(Object.keys(refused[0]?.body ?? {}), members, 'as the engine has them');
    t.match(refused[0]?.headers.get('content-type'), /^application\/problem\+json/);
  });

  t.test(`${name} answers a repeated request with the same hold, also at once`, async (t) => {
    const { url, ask } = await startPeer(t, name);
    await definePeerSku(url, 'phone', { total: 8, buyerLimit: 1, holdTtlMs: HOUR_MS });
    const wish = { sku: 'phone', buyerId: 'ada', key: 'the-same-key' };
    const answers = await Promise.all(numbered(BUYERS).map(() => ask(wish)));
    t.same(answers.map(({ status }) => status).sort(), [...numbered(BUYERS - 1).map(() => 200), 201]);
    t.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1, 'one and the same body');
    t.equal(await unitsHeldByPeer(url, 'phone'), 1);
    const replay = answers.find(({ status }) => status === 200);
    t.equal(replay?.headers.get('idempotency-replayed'), 'true');
    const other = await ask({ ...wish, quantity: 2 });
    t.match([other.status, other.body], [422, { code: 'idempotency_mismatch' }]);
  });

  t.test(`${name} keeps a buyer to the limit, whatever they send at once`, async (t) => {
    const { url, ask } = await startPeer(t, name);
    await definePeerSku(url, 'phone', { total: 100, buyerLimit: 3, holdTtlMs: HOUR_MS });
    const answers = await Promise.all(
      numbered(BUYERS).map((turn) => ask({ sku: 'phone', buyerId: 'ada', key: `greedy-${turn}` })),
    );
    const held = answers.filter(({ status }) => status === 201).map(({ body }) => body.holdId);
    t.equal(held.length, 3);
    const refusal = await ask({ sku: 'phone', buyerId: 'ada', key: 'one-too-many' });
    t.match([refusal.status, refusal.body], [409, { code: 'buyer_limit', limit: 3, remaining: 0 }]);
    t.same([...(refusal.body.holdIds as string[])].sort(), [...held].sort(), 'the holds they have');
    const large = await ask({ sku: 'phone', buyerId: 'bob', quantity: 4, key: 'too-many-at-once' });
    t.match([large.status, large.body], [409, { code: 'buyer_limit', remaining: 3, holdIds: [] }]);
    t.equal(await unitsHeldByPeer(url, 'phone'), 3, 'a refusal takes nothing');
  });

  t.test(`${name} puts back what is past its deadline`, async (t) => {
    const { url, ask } = await startPeer(t, name);
    await definePeerSku(url, 'phone', { total: 2, buyerLimit: 2, holdTtlMs: 300 });
    const wish = { sku: 'phone', buyerId: 'ada', quantity: 2, key: 'first-come' };
    const first = await ask(wish);
    t.equal(first.status, 201);
    t.match((await ask({ sku: 'phone', buyerId: 'bob', key: 'too-late-1' })).body, { code: 'sold_out' });
    await until(async () => (await unitsHeldByPeer(url, 'phone')) === 0);
    t.match((await ask(wish)).body, { holdId: first.body.holdId, state: 'expired' });
    const again = await ask({ ...wish, key: 'second-try' });
    t.equal(again.status, 201, 'the units and the limit are free again');
  });

  t.test(`${name} answers as the engine does, and reads no nonsense`, async (t) => {
    const { url, ask } = await startPeer(t, name);
    await definePeerSku(url, 'phone', { total: 1, buyerLimit: 0, holdTtlMs: HOUR_MS });
    const { status, headers, body } = await ask({ sku: 'phone', buyerId: 'ada', key: 'a-plain-hold' });
    t.equal(status, 201);
    t.equal(headers.get('location'), `/v1/holds/${String(body.holdId)}`);
    t.same(Object.keys(body), ['holdId', 'sku', 'buyerId', 'quantity', 'state', 'expiresAt']);
    t.match(body, { holdId: /^[\w-]{28}$/, sku: 'phone', buyerId: 'ada', quantity: 1, state: 'held' });
    const left = Date.parse(String(body.expiresAt)) - Date.now();
    t.ok(left > HOUR_MS - 60_000 && left <= HOUR_MS, `${left} ms to the deadline`);
    t.match((await ask({ sku: 'radio', buyerId: 'ada', key: 'no-such-sku' })).body, { code: 'unknown_sku' });
    for (const nonsense of [
      { sku: 'phone', buyerId: 'ada', quantity: '1' },
      { sku: 'phone', buyerId: 'ada', quantity: 1, price: 0 },
      { sku: 'phone', quantity: 1 },
      { sku: 'phone', buyerId: 'a b', quantity: 1 },
    ]) {
      const refused = await post(url, nonsense, 'nonsense-key');
      t.match([refused.status, refused.body], [400, { code: 'invalid_request' }], JSON.stringify(nonsense));
    }
  });
}
