import t from 'tap';
import { ERROR_CODES } from '../../src/domain/errors.js';
import { type RunningEngine, startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { ContractClient, type OpenApi } from './contract-client.js';
import { signed } from './signing.js';

leftovers(t);
t.setTimeout(120_000);

const KEY = { keyId: 'shop-1', secret: 'contract-test-secret-of-32-characters' };
const VIEWER = { keyId: 'viewer-1', secret: 'contract-test-secret-of-the-viewer-key' };
const GREEDY = { keyId: 'greedy-1', secret: 'contract-test-secret-of-the-greedy-shop' };
const TOKEN = 'contract-test-admin-token';
const RATE = 200;
const ENVIRONMENT = {
  AUTH: 'on',
  STOREFRONT_KEYS: `shop:${KEY.keyId}:${KEY.secret},shop:${VIEWER.keyId}:${VIEWER.secret}:read-only,greedy:${GREEDY.keyId}:${GREEDY.secret}`,
  ADMIN_TOKEN: TOKEN,
  RATE_LIMIT_PER_SECOND: String(RATE),
  REQUEST_BUDGET_MS: '600',
  STOCK_TIMEOUT_MS: '200',
  MAILBOX_WAIT_MS: '300',
};

/** Codes that a healthy engine under this test cannot be made to answer, with where they are seen instead. */
const SEEN_ELSEWHERE: Readonly<Record<string, string>> = {
  internal: 'a bug; holds.test.ts makes one',
  overloaded: 'a full mailbox; test/actors fills one, holds.test.ts sees the answer',
  store_rolled_back: 'a Redis that lost writes; test/engine/start-up.test.ts makes one',
};

interface Clients {
  readonly storefront: ContractClient;
  readonly operations: ContractClient;
}

async function clientsOf(test: typeof t, engine: RunningEngine): Promise<Clients> {
  const documentOf = async (url: string): Promise<OpenApi> =>
    (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  const { storefrontUrl, operationsUrl } = engine;
  return {
    storefront: new ContractClient(test, storefrontUrl, await documentOf(storefrontUrl), { key: KEY }),
    operations: new ContractClient(test, operationsUrl, await documentOf(operationsUrl), { token: TOKEN }),
  };
}

const redis = await freshRedis(t);
const engine = await startEngine(t, { ...ENVIRONMENT, REDIS_URL: redis.url });
const { storefront, operations } = await clientsOf(t, engine);

const define = (sku: string, body: Record<string, unknown>): ReturnType<ContractClient['call']> =>
  operations.call('defineSku', { parameter: sku, body });
const open = (sku: string): ReturnType<ContractClient['call']> =>
  operations.call('openSku', { parameter: sku });
const hold = (
  sku: string,
  quantity = 1,
  idempotencyKey?: string,
  buyerId = 'ada',
): ReturnType<ContractClient['call']> =>
  storefront.call('createHold', {
    body: { sku, buyerId, quantity },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });

/** Expects a refusal. */
async function refused(
  answer: ReturnType<ContractClient['call']>,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const { status: found, json } = await answer;
  t.equal(found, status, code);
  t.equal(json.code, code);
  return json;
}

t.test('a SKU is defined, patched, opened, paused, closed, adjusted, listed', async (t) => {
  const body = {
    total: 10,
    buyerLimit: 3,
    holdTtlMs: 60_000,
    reserved: '10%',
    closesAt: '2999-01-01T00:00:00Z',
  };
  t.match(await define('phone', body), {
    status: 201,
    json: { state: 'scheduled', available: 9, reserved: 1 },
  });
  t.match(await define('phone', body), { status: 200 });
  await refused(define('phone', { ...body, total: 11 }), 409, 'sku_exists');
  const early = await define('early', { total: 1, opensAt: '2999-01-01T00:00:00.000Z' });
  t.match(early.json, { opensAt: '2999-01-01T00:00:00.000Z', buyerLimit: null });
  t.match(await refused(hold('early'), 409, 'not_open'), { opensAt: '2999-01-01T00:00:00.000Z' });
  await refused(hold('phone'), 409, 'not_open');
  t.match(await open('phone'), { status: 200, json: { state: 'open' } });
  t.match(await open('phone'), { status: 200, json: { state: 'open' } });
  const patched = await operations.call('patchSku', {
    parameter: 'phone',
    body: { buyerLimit: 2, closesAt: null },
  });
  t.match(patched, { status: 200, json: { buyerLimit: 2, closesAt: null, holdTtlMs: 60_000 } });
  const delivery = {
    parameter: 'phone',
    body: { delta: 5, reason: 'delivery' },
    idempotencyKey: 'delivery-1',
  };
  t.match(await operations.call('adjustStock', delivery), {
    status: 200,
    json: { total: 15, available: 14 },
  });
  t.match(await operations.call('adjustStock', delivery), { status: 200, json: { total: 15 } }, 'once a key');
  const other = { ...delivery, body: { delta: 6, reason: 'delivery' } };
  await refused(operations.call('adjustStock', other), 422, 'idempotency_mismatch');
  const taking = { ...delivery, body: { delta: -15, reason: 'stolen' }, idempotencyKey: 'theft-0001' };
  t.match(await refused(operations.call('adjustStock', taking), 409, 'insufficient_stock'), {
    available: 14,
  });
  t.match(await operations.call('pauseSku', { parameter: 'early' }), {
    status: 200,
    json: { state: 'paused' },
  });
  await refused(hold('early'), 409, 'paused');
  t.match(await operations.call('closeSku', { parameter: 'early' }), {
    status: 200,
    json: { state: 'closed' },
  });
  await refused(hold('early'), 409, 'closed');
  const page = await operations.call('listSkus', { query: '?limit=1' });
  t.match(page.json, { items: [{ sku: 'early' }], next: 'early' });
  t.match((await operations.call('listSkus', { query: '?limit=1&after=early' })).json, {
    items: [{ sku: 'phone' }],
    next: null,
  });
  t.match((await operations.call('listSkus', { query: '?state=closed' })).json, {
    items: [{ sku: 'early' }],
  });
  for (const operation of ['openSku', 'auditSku', 'listHolds'] as const) {
    await refused(operations.call(operation, { parameter: 'none' }), 404, 'unknown_sku');
  }
  await refused(
    operations.call('patchSku', { parameter: 'none', body: { buyerLimit: 1 } }),
    404,
    'unknown_sku',
  );
});

t.test('a hold is taken, replayed, read, confirmed, released', async (t) => {
  const first = await hold('phone', 1, 'order-0001');
  t.equal(first.status, 201);
  const holdId = String(first.json.holdId);
  t.equal(first.headers.get('location'), `/v1/holds/${holdId}`);
  const replay = await hold('phone', 1, 'order-0001');
  t.match(replay, { status: 200, json: first.json });
  t.equal(replay.headers.get('idempotency-replayed'), 'true');
  await refused(hold('phone', 2, 'order-0001'), 422, 'idempotency_mismatch');
  t.same((await storefront.call('readHold', { parameter: holdId })).json, first.json);
  const confirm = { parameter: holdId, body: { paymentRef: 'pay-1' } };
  const confirmed = await storefront.call('confirmHold', confirm);
  t.match(confirmed, { status: 200, json: { state: 'confirmed', paymentRef: 'pay-1' } });
  t.same((await storefront.call('confirmHold', confirm)).json, confirmed.json, 'a repeat answers the same');
  const dear = { ...confirm, body: { paymentRef: 'pay-2' } };
  t.match(await refused(storefront.call('confirmHold', dear), 409, 'hold_confirmed'), {
    paymentRef: 'pay-1',
  });
  await refused(storefront.call('releaseHold', { parameter: holdId }), 409, 'hold_confirmed');

  const second = String((await hold('phone', 1, 'order-0002')).json.holdId);
  t.match(await refused(hold('phone'), 409, 'buyer_limit'), { limit: 2, remaining: 0, holdIds: [second] });
  const released = await storefront.call('releaseHold', { parameter: second });
  t.match(released, { status: 200, json: { state: 'released' } });
  t.same((await storefront.call('releaseHold', { parameter: second })).json, released.json);
  await refused(storefront.call('confirmHold', { ...confirm, parameter: second }), 409, 'hold_released');

  await define('brief', { total: 1, holdTtlMs: 100 });
  await open('brief');
  t.match(await refused(hold('brief', 2), 409, 'sold_out'), { available: 1 });
  const brief = String((await hold('brief')).json.holdId);
  await until(async () => (await storefront.call('readHold', { parameter: brief })).json.state === 'expired');
  await refused(storefront.call('confirmHold', { ...confirm, parameter: brief }), 409, 'hold_expired');
  await refused(storefront.call('releaseHold', { parameter: brief }), 409, 'hold_expired');
  await refused(storefront.call('readHold', { parameter: 'A'.repeat(28) }), 404, 'unknown_hold');
  t.match((await storefront.call('readSku', { parameter: 'phone' })).json, {
    state: 'open',
    total: 15,
    available: 13,
    held: 0,
    sold: 1,
    reserved: 1,
  });
  await refused(storefront.call('readSku', { parameter: 'none' }), 404, 'unknown_sku');
  await refused(hold('none'), 404, 'unknown_sku');
});

t.test('the ledger lists and audits what was sold', async (t) => {
  // The ledger follows the sale; both holds have ended by now, and it will know.
  const rest = await until(async () => {
    const { json } = await operations.call('listHolds', { parameter: 'phone', query: '?limit=1' });
    if ((json.items as unknown[]).length !== 1 || json.next === null) return undefined;
    const query = `?after=${encodeURIComponent(String(json.next))}`;
    const page = await operations.call('listHolds', { parameter: 'phone', query });
    return (page.json.items as { state: string }[])[0]?.state === 'held' ? undefined : page;
  });
  t.match(rest.json, { items: [{ state: 'released' }], next: null });
  const query = '?state=confirmed&buyerId=ada';
  t.match((await operations.call('listHolds', { parameter: 'phone', query })).json, {
    items: [{ paymentRef: 'pay-1' }],
  });
  await refused(
    operations.call('listHolds', { parameter: 'phone', query: '?after=nonsense' }),
    400,
    'invalid_request',
  );
  const audit = await operations.call('auditSku', { parameter: 'phone' });
  t.match(audit, { status: 200, json: { sku: 'phone', conserved: true, differences: [] } });
  const whole = await operations.call('auditPartition', { query: '?partition=0' });
  t.match(whole, { status: 200, json: { partition: 0, different: [] } });
  const repair = await operations.call('repairSku', { parameter: 'phone' });
  t.match(repair, { status: 200, json: { repaired: false, before: { remedy: 'none' } } });
});

t.test('a SKU is watched', async (t) => {
  const path = '/v1/skus/phone/live';
  const abort = new AbortController();
  const response = await fetch(engine.storefrontUrl + path, {
    headers: signed(KEY, 'GET', path),
    signal: abort.signal,
  });
  t.equal(response.status, 200);
  t.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  const events = (): Record<string, unknown>[] =>
    Array.from(
      text.matchAll(/^data: (.*)$/gm),
      ([, data]) => JSON.parse(data ?? '') as Record<string, unknown>,
    );
  await until(() => events().length === 1);
  await hold('phone', 1, 'order-live', 'bob');
  await until(() => events().some((event) => event.held === 1), { what: 'the change is seen' });
  abort.abort();
  await reading;
  storefront.succeeded.add('watchSku');
  await refused(storefront.call('watchSku', { parameter: 'none' }), 404, 'unknown_sku');
});

t.test('the whole sale is watched, and shown on a page', async (t) => {
  const abort = new AbortController();
  const response = await fetch(`${engine.operationsUrl}/v1/live`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
    signal: abort.signal,
  });
  t.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  const events = (): RegExpExecArray[] => [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)];
  await until(() => events().length >= 2, { what: 'the history and a snapshot' });
  abort.abort();
  await reading;
  const [[, first, history], [, second, snapshot]] = events() as [RegExpExecArray, RegExpExecArray];
  t.same([first, second], ['history', 'sale']);
  for (const point of JSON.parse(history ?? '')) operations.check('SalePoint', point);
  operations.check('SaleSnapshot', JSON.parse(snapshot ?? ''));
  const shown = (JSON.parse(snapshot ?? '') as { skus: { sku: string }[] }).skus.map(({ sku }) => sku);
  t.ok(shown.includes('phone'), 'the SKUs are in it');
  operations.succeeded.add('watchSale');
  t.equal((await operations.call('liveBoard')).status, 200);
  for (const parameter of ['main.js', 'board.css', 'icon.svg'])
    t.equal((await operations.call('liveBoardFile', { parameter })).status, 200, parameter);
  await refused(operations.call('liveBoardFile', { parameter: 'main.ts' }), 404, 'unknown_route');
});

t.test('bad input is refused the same way everywhere', async () => {
  const ids = {
    createHold: '',
    confirmHold: 'A'.repeat(28),
    defineSku: 'phone',
    patchSku: 'phone',
    adjustStock: 'phone',
  };
  for (const [operationId, parameter] of Object.entries(ids)) {
    const client = storefront.operationIds.includes(operationId) ? storefront : operations;
    const request = { parameter, idempotencyKey: 'order-0009' };
    await refused(client.call(operationId, { ...request, body: '{' }), 400, 'invalid_request');
    await refused(client.call(operationId, { ...request, body: { wrong: 1 } }), 400, 'invalid_request');
    await refused(client.call(operationId, { ...request, body: ' '.repeat(5000) }), 413, 'payload_too_large');
    const headers = { 'Content-Type': 'text/plain' };
    await refused(client.call(operationId, { ...request, body: {}, headers }), 415, 'unsupported_media_type');
  }
  for (const client of [storefront, operations]) {
    await refused(client.send('GET', '/nowhere'), 404, 'unknown_route');
    await refused(client.send('PUT', '/openapi.json'), 405, 'method_not_allowed');
  }
});

t.test('who may not is told so', async (t) => {
  const body = { sku: 'phone', buyerId: 'eve', quantity: 1 };
  await refused(storefront.call('createHold', { body, key: null }), 401, 'unauthorized');
  await refused(storefront.call('createHold', { body, key: VIEWER }), 403, 'forbidden');
  await refused(
    storefront.call('readSku', { parameter: 'phone', key: { ...KEY, secret: 'x' } }),
    401,
    'unauthorized',
  );
  t.equal((await storefront.call('readSku', { parameter: 'phone', key: VIEWER })).status, 200);
  await refused(
    operations.call('listSkus', { headers: { Authorization: 'Bearer no' } }),
    401,
    'unauthorized',
  );
  const burst = Array.from({ length: 3 * RATE }, () =>
    storefront.call('readSku', { parameter: 'phone', key: GREEDY }),
  );
  const statuses = new Set((await Promise.all(burst)).map(({ status }) => status));
  t.same([...statuses].sort(), [200, 429]);
});

t.test('the rest of the operations listener', async (t) => {
  t.equal((await operations.call('healthz')).status, 200);
  t.match(await operations.call('readyz'), { status: 200, json: { ready: true } });
  const metrics = await operations.call('metrics');
  t.match(metrics.json.text, /^holdfast_/m);
  for (const client of [storefront, operations]) {
    t.equal((await client.call('openapi')).status, 200);
    t.equal((await client.call('problem', { parameter: 'sold_out' })).status, 200);
    await refused(client.call('problem', { parameter: 'none' }), 404, 'unknown_route');
  }
});

t.test('a Redis that hangs, and one that is gone', async (t) => {
  await redis.kill('SIGSTOP');
  const json = await refused(hold('phone', 1, 'order-lost', 'carol'), 503, 'outcome_unknown');
  await redis.kill('SIGCONT');
  const found = await until(async () => {
    const answer = await hold('phone', 1, 'order-lost', 'carol');
    return answer.status < 300 ? answer : undefined;
  });
  t.equal(found.json.holdId, json.holdId, 'the retry learns the truth about that hold');
  await redis.stop();
  await until(async () => (await hold('phone', 1, undefined, 'dora')).json.code === 'unavailable');
  await until(async () => (await operations.call('readyz')).status === 503);
});

t.test('nothing documented was left out, and every error was seen', async (t) => {
  for (const client of [storefront, operations]) {
    t.equal(client.document.openapi, '3.1.0');
    t.same(
      [...client.succeeded].sort(),
      [...client.operationIds].sort(),
      'each operation succeeded at least once',
    );
  }
  const seen = new Set([...storefront.codes, ...operations.codes]);
  for (const code of ERROR_CODES) {
    t.equal(
      seen.has(code),
      SEEN_ELSEWHERE[code] === undefined,
      `${code}: ${SEEN_ELSEWHERE[code] ?? 'seen here'}`,
    );
  }
});
