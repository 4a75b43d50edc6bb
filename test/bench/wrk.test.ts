import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { autocannonClient } from '../../bench/autocannon.js';
import { findLoadClient, type Load, type LoadClient, newTag } from '../../bench/load.js';
import { StorefrontAuthenticator } from '../../src/gateway/auth.js';
import { RequestHead } from '../../src/gateway/head.js';
import { systemClock } from '../../src/system-clock.js';
import { leftovers } from '../support/leftovers.js';

leftovers(t);

const SIGNING = { keyId: 'test-1', secret: 'secret-of-a-test-0123456789abcdefghij' };
const found = findLoadClient();
const clients = new Map<string, LoadClient>([
  [autocannonClient.name, autocannonClient],
  [found.name, found],
]);

/** Answers 201 to whatever `accepts` takes, and 401 to the rest. */
async function startServer(
  t: Test,
  accepts: (request: IncomingMessage, body: Buffer) => boolean,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(accepts(request, Buffer.concat(chunks)) ? 201 : 401).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function loadOf(url: string): Load {
  const what = { url, path: '/v1/holds', skuPrefix: 'test-', skus: 3, buyers: 1000, tag: newTag() };
  return { ...what, seconds: 1, connections: 2, threads: 1 };
}

for (const client of clients.values()) {
  t.test(`${client.name} signs requests as the engine wants them, each but once`, async (t) => {
    const key = { ...SIGNING, credential: 'test', readOnly: false };
    const authenticator = new StorefrontAuthenticator([key], systemClock);
    const problems = new Set<string>();
    const bodies = new Set<string>();
    const url = await startServer(t, ({ method = '', url: pathAndQuery = '', headers }, body) => {
      const head = Object.assign(new RequestHead(), {
        holdfastKey: headers['holdfast-key'],
        timestamp: headers['holdfast-timestamp'],
        nonce: headers['holdfast-nonce'],
        idempotencyKey: headers['idempotency-key'],
        signature: headers['holdfast-signature'],
      });
      const verdict = authenticator.authenticate({ method, pathAndQuery, head, body });
      if (!verdict.ok) problems.add(verdict.detail);
      bodies.add(body.toString());
      return verdict.ok;
    });
    const result = await client.run({ ...loadOf(url), signing: SIGNING });
    t.ok(result.requests > 50, `${result.requests} requests`);
    t.same([...problems], []);
    t.equal(result.statusErrors, 0);
    t.ok(bodies.size > 50, 'many buyers, three SKUs');
    for (const body of [...bodies].slice(0, 3)) {
      t.match(JSON.parse(body), { sku: /^test-00000[012]$/, buyerId: /^b1000000\d{3}$/, quantity: 1 });
    }
  });
}

t.test('Zipf asks for the first SKU most, and a pause makes less of it', async (t) => {
  if (found.name === 'autocannon') return t.comment('wrk is not installed');
  const asked = new Map<string, number>();
  const url = await startServer(t, (_, body) => {
    const { sku } = JSON.parse(body.toString()) as { sku: string };
    asked.set(sku, (asked.get(sku) ?? 0) + 1);
    return true;
  });
  const load: Load = { ...loadOf(url), skus: 100, connections: 8, distribution: 'zipf' };
  const result = await found.run({ ...load, pauseMs: 4.5 });
  const turns = (1000 / 4.5) * 8 * result.seconds;
  t.ok(result.requests > turns / 4 && result.requests <= turns * 1.1, `${result.requests} of ${turns}`);
  const share = (number: number): number => (asked.get(`test-00000${number}`) ?? 0) / result.requests;
  // Of 100 SKUs the first has 19 % and the fourth a fourth of that.
  t.ok(share(0) > 0.14 && share(0) < 0.25, `${share(0)} for the first`);
  t.ok(share(3) > 0.02 && share(3) < 0.09, `${share(3)} for the fourth`);
  t.ok(asked.size > 60, `${asked.size} SKUs were asked for`);
});

t.test('signed runs are short ones', async (t) => {
  if (found.name === 'autocannon') return t.comment('wrk is not installed');
  const load = { ...loadOf('http://127.0.0.1:1'), seconds: 61, signing: SIGNING };
  await t.rejects(found.run(load), { message: /60 seconds at most: --seconds is 61/ });
});
