import { createHmac, randomBytes } from 'node:crypto';
import t from 'tap';
import type { ListenerName, Operation } from '../../src/gateway/operation.js';
import { OPERATIONS_TABLE } from '../../src/gateway/routes.js';
import { call, type Edge, HOLD_BODY, minter, SECRET, startEdge } from '../gateway/edge.js';

const TOKEN = 'admin-token-of-16-or-more';
const SHOP = { keyId: 'shop-1', secret: SECRET };
const OTHER = { keyId: 'other-1', secret: `${SECRET}-other` };
const VIEWER = { keyId: 'shop-viewer', secret: `${SECRET}-viewer` };
const RETIRED = { keyId: 'shop-0', secret: `${SECRET}-retired` };
const KEYS = [
  `shop:${SHOP.keyId}:${SHOP.secret}`,
  `other:${OTHER.keyId}:${OTHER.secret}`,
  `shop:${VIEWER.keyId}:${VIEWER.secret}:read-only`,
].join(',');

interface Signing {
  readonly keyId: string;
  readonly secret: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly secondsOff: number;
  readonly nonce: string;
}

function signed(request: Pick<Signing, 'method' | 'path' | 'body'>, change: Partial<Signing> = {}): Headers {
  const signing: Signing = {
    ...SHOP,
    secondsOff: 0,
    nonce: randomBytes(12).toString('hex'),
    ...request,
    ...change,
  };
  const timestamp = String(Math.floor(Date.now() / 1000) + signing.secondsOff);
  const { method, path, nonce, body } = signing;
  const signature = createHmac('sha256', signing.secret)
    .update(`${method}\n${path}\n${timestamp}\n${nonce}\n\n${body}`)
    .digest('hex');
  return new Headers({
    'holdfast-key': signing.keyId,
    'holdfast-timestamp': timestamp,
    'holdfast-nonce': nonce,
    'holdfast-signature': `v1=${signature}`,
  });
}

interface Place {
  readonly operation: Operation;
  readonly listener: ListenerName;
  readonly url: string;
  readonly request: Pick<Signing, 'method' | 'path' | 'body'>;
}

/** Bodies that are right; an operation with another body has to be added here before it passes. */
const BODIES: Readonly<Record<string, object>> = {
  HoldRequest: HOLD_BODY,
  ConfirmRequest: { paymentRef: 'paid' },
  SkuDefinition: { total: 1 },
  SkuPatch: { buyerLimit: 1 },
  StockAdjustment: { delta: 1, reason: 'found' },
};

function places(edge: Edge): readonly Place[] {
  return OPERATIONS_TABLE.flatMap((operation) =>
    operation.listeners.map((listener) => {
      const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        name === 'holdId' ? holdOf('shop') : name === 'code' ? 'sold_out' : 'phone',
      );
      const body = operation.body === undefined ? '' : JSON.stringify(BODIES[operation.body]);
      const method = operation.method.toUpperCase();
      const base = listener === 'storefront' ? edge.storefrontUrl : edge.operationsUrl;
      return { operation, listener, url: base + path, request: { method, path, body } };
    }),
  );
}

function holdOf(credential: string): string {
  minter.scope(credential, 'phone', 'order-0001');
  return minter.mint(3);
}

/** The status and code; a stream is left as soon as it began. */
async function ask(place: Place, headers: Headers, change: Partial<Place['request']> = {}): Promise<string> {
  const { method, path, body } = { ...place.request, ...change };
  if (body !== '') headers.set('content-type', 'application/json');
  if (place.operation.idempotencyKey === 'required') headers.set('idempotency-key', 'delivery-0001');
  const leaving = new AbortController();
  const response = await fetch(place.url.replace(place.request.path, path), {
    method,
    headers,
    body: body === '' ? null : body,
    signal: leaving.signal,
  });
  if (response.ok) {
    leaving.abort();
    return String(response.status);
  }
  const { code } = (await response.json()) as { code: string };
  return `${response.status} ${code}`;
}

const UNAUTHORIZED = '401 unauthorized';
const passes = (answer: string): boolean => !/^(401|403) /.test(answer);

/** What a storefront request may have wrong with its signature. */
const WRONG: Readonly<Record<string, (request: Place['request']) => Headers>> = {
  none: () => new Headers(),
  'a wrong secret': (request) => signed(request, { secret: `${SECRET}x` }),
  'an unknown key': (request) => signed(request, { keyId: 'nobody' }),
  'a key that was rotated out': (request) => signed(request, RETIRED),
  "another credential's key id with our secret": (request) => signed(request, { keyId: OTHER.keyId }),
  'a malformed signature': (request) => altered(signed(request), 'holdfast-signature', 'v1=zz'),
  'a signature of another version': (request) => altered(signed(request), 'holdfast-signature', 'v2=00'),
  'a malformed timestamp': (request) => altered(signed(request), 'holdfast-timestamp', 'now'),
  'a malformed nonce': (request) => signed(request, { nonce: 'short' }),
  '301 seconds old': (request) => signed(request, { secondsOff: -301 }),
  '302 seconds ahead': (request) => signed(request, { secondsOff: 302 }),
  'another method signed': (request) => signed({ ...request, method: 'PATCH' }),
  'another path signed': (request) => signed({ ...request, path: `${request.path}x` }),
  'another query signed': (request) => signed({ ...request, path: `${request.path}?a=b` }),
  'another body signed': (request) => signed({ ...request, body: `${request.body} ` }),
  'the admin token': () => new Headers({ authorization: `Bearer ${TOKEN}` }),
};

function altered(headers: Headers, name: string, value: string): Headers {
  headers.set(name, value);
  return headers;
}

t.test('every endpoint of the storefront, with everything that may be wrong with a signature', async (t) => {
  const edge = await startEdge(t, { environment: { AUTH: 'on', STOREFRONT_KEYS: KEYS, ADMIN_TOKEN: TOKEN } });
  const guarded = places(edge).filter(
    ({ listener, operation }) => listener === 'storefront' && operation.access !== 'open',
  );
  t.ok(guarded.length >= 6);
  for (const place of guarded) {
    const { operation, request } = place;
    const before = edge.actors.commands.length;
    for (const [name, headers] of Object.entries(WRONG))
      t.equal(await ask(place, headers(request)), UNAUTHORIZED, `${operation.operationId}: ${name}`);
    t.equal(edge.actors.commands.length, before, 'nothing of it went on');
    const good = signed(request);
    t.ok(passes(await ask(place, new Headers(good))), `${operation.operationId}: signed rightly`);
    t.equal(await ask(place, new Headers(good)), UNAUTHORIZED, `${operation.operationId}: replayed`);
    const viewed = await ask(place, signed(request, VIEWER));
    if (operation.access === 'write') t.equal(viewed, '403 forbidden', `${operation.operationId}: read-only`);
    else t.ok(passes(viewed), `${operation.operationId}: read-only`);
  }
});

t.test('every endpoint of the operations listener, with every token but the right one', async (t) => {
  const environment = { AUTH: 'on', STOREFRONT_KEYS: KEYS, ADMIN_TOKEN: TOKEN };
  const edge = await startEdge(t, { environment });
  const guarded = places(edge).filter(
    ({ listener, operation }) => listener === 'operations' && operation.access === 'admin',
  );
  t.ok(guarded.length >= 9);
  const tokens = [undefined, 'Bearer', 'Bearer ', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(0, -1)}`];
  tokens.push(
    `Bearer x${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${SHOP.secret}`,
  );
  for (const place of guarded) {
    const name = place.operation.operationId;
    const before = edge.actors.commands.length;
    for (const token of tokens) {
      const headers = token === undefined ? new Headers() : new Headers({ authorization: token });
      t.equal(await ask(place, headers), UNAUTHORIZED, `${name}: ${token ?? 'none'}`);
    }
    t.equal(await ask(place, signed(place.request)), UNAUTHORIZED, `${name}: a storefront's signature`);
    t.equal(edge.actors.commands.length, before, 'nothing of it went on');
    t.ok(passes(await ask(place, new Headers({ authorization: `Bearer ${TOKEN}` }))), `${name}: the token`);
  }
});

t.test('what anybody may ask is what was decided, and nothing more', async (t) => {
  const open = OPERATIONS_TABLE.filter(({ access }) => access === 'open' || access === 'metrics');
  t.same(open.map(({ operationId }) => operationId).sort(), [
    'healthz',
    'liveBoard',
    'liveBoardFile',
    'metrics',
    'openapi',
    'problem',
    'readyz',
  ]);
  for (const { listeners, access } of OPERATIONS_TABLE)
    if (access === 'admin') t.same(listeners, ['operations']);
});

t.test("a hold is its credential's: another one's key finds no such hold, whatever it asks", async (t) => {
  const edge = await startEdge(t, { environment: { AUTH: 'on', STOREFRONT_KEYS: KEYS, ADMIN_TOKEN: TOKEN } });
  const ofHolds = places(edge).filter(({ operation }) => operation.path.includes('{holdId}'));
  t.equal(ofHolds.length, 3);
  for (const place of ofHolds) {
    const name = place.operation.operationId;
    const before = edge.actors.commands.length;
    t.equal(await ask(place, signed(place.request, OTHER)), '404 unknown_hold', `${name}: another's hold`);
    t.equal(edge.actors.commands.length, before, 'the store is not even asked');
    await ask(place, signed(place.request));
    t.equal(edge.actors.commands.length, before + 1, `${name}: its own`);
  }
  const post = (key: typeof SHOP): ReturnType<typeof call> => {
    const body = JSON.stringify(HOLD_BODY);
    const headers = Object.fromEntries(
      signed({ method: 'POST', path: '/v1/holds', body }, { ...key, nonce: 'the-same-nonce' }),
    );
    return call(`${edge.storefrontUrl}/v1/holds`, { method: 'POST', body, headers });
  };
  const [ours, theirs] = [await post(SHOP), await post(OTHER)];
  t.equal(ours.status, 201);
  t.not(theirs.json.holdId, ours.json.holdId, 'the same key of two credentials names two holds');
});
