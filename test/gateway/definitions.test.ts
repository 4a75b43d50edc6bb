import { request } from 'node:http';
import t from 'tap';
import { refused } from '../../src/domain/outcome.js';
import { LedgerUnavailable } from '../../src/domain/ports.js';
import { call, minter, NOW, SKU_VIEW, startEdge } from './edge.js';

const URLS = { sku: '/v1/skus/phone', stock: '/v1/skus/phone/stock' };
const KEY = { 'idempotency-key': 'delivery-0001' };

t.test('a definition fills in what is left out and resolves a percentage once, rounded up', async (t) => {
  const edge = await startEdge(t, { environment: { HOLD_TTL_MS: '90000' } });
  const put = (body: unknown): ReturnType<typeof call> =>
    call(edge.operationsUrl + URLS.sku, { method: 'PUT', body });
  t.equal((await put({ total: 0 })).status, 201);
  const first = edge.actors.commands.at(-1);
  t.match(first, {
    kind: 'define',
    definition: {
      sku: 'phone',
      total: 0,
      reserved: 0,
      buyerLimit: 0,
      holdTtlMs: 90_000,
      opensAt: 0,
      closesAt: 0,
    },
  });
  for (const [reserved, total, units] of [
    [5, 10, 5],
    ['5%', 101, 6],
    ['2.5%', 1000, 25],
    ['0%', 10, 0],
    ['100%', 10, 10],
    ['33.33%', 1_000_000_000, 333_300_000],
  ] as const) {
    await put({ total, reserved });
    t.match(edge.actors.commands.at(-1), { definition: { reserved: units } }, `${reserved} of ${total}`);
  }
  await put({ total: 1, opensAt: '2026-11-22T12:00:00Z', closesAt: null, buyerLimit: null });
  t.match(edge.actors.commands.at(-1), { definition: { opensAt: NOW, closesAt: 0, buyerLimit: 0 } });
});

t.test('defined so before is 200; otherwise is 409', async (t) => {
  const edge = await startEdge(t);
  const put = (): ReturnType<typeof call> =>
    call(edge.operationsUrl + URLS.sku, { method: 'PUT', body: { total: 10 } });
  const created = await put();
  t.equal(created.headers.get('location'), '/v1/skus/phone');
  t.same(created.json, {
    sku: 'phone',
    state: 'open',
    total: 10,
    available: 7,
    held: 2,
    sold: 1,
    reserved: 0,
    buyerLimit: null,
    opensAt: null,
    closesAt: null,
    holdTtlMs: 60_000,
    serverTime: '2026-11-22T12:00:00.000Z',
  });
  edge.actors.answer = () => ({ kind: 'sku', view: SKU_VIEW, changed: false, now: NOW });
  t.equal((await put()).status, 200);
  edge.actors.answer = () => refused('sku_exists');
  t.match(await put(), { status: 409, json: { code: 'sku_exists' } });
});

t.test('definitions, patches and adjustments that are wrong are refused, with every reason', async (t) => {
  const edge = await startEdge(t, { environment: { HOLD_TTL_MS_MAX: '600000' } });
  const cases: [method: string, url: string, body: unknown, pointers: string[]][] = [
    ['PUT', URLS.sku, {}, ['/total']],
    ['PUT', URLS.sku, { total: -1 }, ['/total']],
    ['PUT', URLS.sku, { total: 1_000_000_001 }, ['/total']],
    ['PUT', URLS.sku, { total: 10, reserved: 11 }, ['/reserved']],
    ['PUT', URLS.sku, { total: 10, reserved: '101%' }, ['/reserved']],
    ['PUT', URLS.sku, { total: 10, reserved: '5 %' }, ['/reserved']],
    ['PUT', URLS.sku, { total: 10, reserved: '-5%' }, ['/reserved']],
    ['PUT', URLS.sku, { total: 10, reserved: null }, ['/reserved']],
    ['PUT', URLS.sku, { total: 10, holdTtlMs: 99 }, ['/holdTtlMs']],
    ['PUT', URLS.sku, { total: 10, holdTtlMs: 600_001 }, ['/holdTtlMs']],
    ['PUT', URLS.sku, { total: 10, opensAt: 'tomorrow' }, ['/opensAt']],
    ['PUT', URLS.sku, { total: 10, opensAt: 0 }, ['/opensAt']],
    [
      'PUT',
      URLS.sku,
      { total: 10, reserved: 11, opensAt: '2026-11-22T12:00:00Z', closesAt: '2026-11-22T12:00:00Z' },
      ['/closesAt', '/reserved'],
    ],
    ['PUT', '/v1/skus/a%20b', { total: 'x' }, ['/path/sku', '/total']],
    ['PATCH', URLS.sku, {}, ['']],
    ['PATCH', URLS.sku, { total: 1 }, ['/total']],
    ['PATCH', URLS.sku, { buyerLimit: 1.5, closesAt: '' }, ['/buyerLimit', '/closesAt']],
    ['POST', URLS.stock, { delta: 0, reason: 'x' }, ['/header/Idempotency-Key', '/delta']],
    ['POST', URLS.stock, { delta: '1' }, ['/header/Idempotency-Key', '/delta', '/reason']],
    ['POST', URLS.stock, { delta: 1, reason: '' }, ['/header/Idempotency-Key', '/reason']],
    ['POST', '/v1/skus/a%20b/open', undefined, ['/path/sku']],
  ];
  for (const [method, url, body, pointers] of cases) {
    const { status, json } = await call(edge.operationsUrl + url, { method, body });
    t.equal(status, 400);
    const found = (json.errors as { pointer: string }[]).map((error) => error.pointer);
    t.same(found, pointers, `${method} ${JSON.stringify(body)}`);
  }
  t.same(edge.actors.commands, []);
});

t.test('a SKU that most clients could not ask for again is not defined', async (t) => {
  const edge = await startEdge(t);
  // A client that sends the path as it is; `fetch` would make another one of it.
  const put = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(edge.operationsUrl, { path, method: 'PUT', headers, agent: false }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).end('{"total":1}');
    });
  for (const name of ['.', '..', '%2e', '%2E.']) t.equal(await put(`/v1/skus/${name}`), 400, name);
  t.same(edge.actors.commands, []);
  t.equal(await put('/v1/skus/...'), 201);
});

t.test('a patch carries only what it names', async (t) => {
  const edge = await startEdge(t);
  const patch = (body: unknown): ReturnType<typeof call> =>
    call(edge.operationsUrl + URLS.sku, { method: 'PATCH', body });
  t.equal((await patch({ buyerLimit: 2, opensAt: null, reserved: '2.5%' })).status, 200);
  const [command] = edge.actors.commands;
  t.same(command?.kind === 'patch' && command.patch, {
    sku: 'phone',
    buyerLimit: 2,
    opensAt: 0,
    reserved: { percent: 2.5 },
  });
});

t.test('stock is adjusted once a key', async (t) => {
  const edge = await startEdge(t);
  const body = { delta: -3, reason: 'broken in the store' };
  const post = (headers: Record<string, string>): ReturnType<typeof call> =>
    call(edge.operationsUrl + URLS.stock, { method: 'POST', body, headers });
  await post(KEY);
  await post(KEY);
  await post({ 'idempotency-key': 'delivery-0002' });
  const ids = edge.actors.commands.map((command) => (command.kind === 'adjust' ? command.adjustmentId : ''));
  t.equal(ids[0], ids[1]);
  t.not(ids[0], ids[2]);
  minter.scope('anonymous', 'phone', 'delivery-0001');
  t.not(
    ids[0],
    minter.mint(minter.partitionOf(ids[0] ?? '', 'admin:stock') ?? 0),
    'no hold can have the id of an adjustment',
  );
  edge.actors.answer = () => refused('insufficient_stock', { available: 2 });
  t.match(await post(KEY), { status: 409, json: { code: 'insufficient_stock', available: 2 } });
});

t.test('states are changed, and pages and audits read, as asked', async (t) => {
  const edge = await startEdge(t);
  for (const action of ['open', 'pause', 'close']) {
    t.equal((await call(`${edge.operationsUrl}/v1/skus/phone/${action}`, { method: 'POST' })).status, 200);
    t.match(edge.actors.commands.at(-1), { kind: 'change_state', sku: 'phone', action });
  }
  const page = await call(`${edge.operationsUrl}/v1/skus?limit=1&state=open`);
  t.match(page, { status: 200, json: { items: [{ sku: 'phone' }], next: null } });
  for (const query of [
    'limit=0',
    'limit=1001',
    'limit=x',
    'state=sold',
    'limit=1&limit=2',
    'offset=1',
    'after=%00',
  ]) {
    t.match(await call(`${edge.operationsUrl}/v1/skus?${query}`), { status: 400 }, query);
    t.match(await call(`${edge.operationsUrl}/v1/skus/phone/holds?${query}`), { status: 400 }, query);
  }
  t.match(await call(`${edge.operationsUrl}/v1/skus/phone/holds?buyerId=a%20b`), { status: 400 });
  t.same((await call(`${edge.operationsUrl}/v1/skus/phone/holds`)).json, { items: [], next: null, seq: 7 });
  t.match(await call(`${edge.operationsUrl}/v1/skus/phone/audit`), { status: 404 });
  edge.actors.answer = () => refused('unknown_sku');
  t.match(
    await call(`${edge.operationsUrl}/v1/skus/phone/holds`),
    { status: 404 },
    'no such SKU, not no holds',
  );
  t.match(await call(`${edge.operationsUrl}/v1/audit?partition=3`), { status: 200, json: { partition: 3 } });
  for (const query of ['', 'partition=16', 'partition=x', 'partition=1&sku=a', 'part=1']) {
    t.match(await call(`${edge.operationsUrl}/v1/audit?${query}`), { status: 400 }, query);
  }
  t.match(await call(`${edge.operationsUrl}/v1/skus/phone/repair`, { method: 'POST' }), { status: 404 });
  edge.ledger.failure = new LedgerUnavailable('Postgres is away');
  t.match(await call(`${edge.operationsUrl}/v1/skus/phone/audit`), {
    status: 503,
    json: { code: 'unavailable', detail: 'the ledger cannot answer now: Postgres is away' },
  });
});
