import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { SalePoint, SaleSnapshot } from '../../src/domain/sale.js';
import { until } from '../support/until.js';
import { call, type Edge, NOW, RawConnection, startEdge } from './edge.js';

const REQUEST = 'GET /v1/live HTTP/1.1\r\nHost: test\r\n\r\n';
const FOLDER = fileURLToPath(new URL('../../../src/gateway/live-board/', import.meta.url));

const POINT: SalePoint = {
  at: NOW,
  acceptedPerSecond: 12.5,
  refusedPerSecond: 3,
  failedPerSecond: 0,
  acceptedP50Seconds: 0.002,
  acceptedP99Seconds: 0.004,
  refusedP99Seconds: null,
  lagSeconds: 0.25,
};

function snapshotOf(accepted: number): SaleSnapshot {
  return {
    point: POINT,
    totals: {
      accepted,
      refused: 3,
      failed: 0,
      byCode: { sold_out: 3 },
      confirmed: 1,
      released: 0,
      expired: 0,
    },
    ledger: {
      lagEvents: 4,
      auditRounds: 0,
      auditUncounted: 0,
      auditFailures: 0,
      auditRepairs: 0,
      auditDiffering: 0,
      auditedAt: 0,
    },
    stock: { skus: 1, selling: 1, soldOut: 0, available: 7 },
    skus: [],
    readiness: { ready: true, dependencies: {} },
  };
}

function salesOf({ received }: RawConnection): SaleSnapshot[] {
  return Array.from(received.matchAll(/^event: sale\ndata: (.*)$/gm), ([, data]) => JSON.parse(data ?? ''));
}

async function watch(t: Test, edge: Edge): Promise<RawConnection> {
  const connection = new RawConnection(t, edge.operationsUrl);
  connection.send(REQUEST);
  await until(() => /^event: history\ndata: .*$/m.test(connection.received));
  return connection;
}

t.test('a stream begins with the last minutes, and goes on with each snapshot', async (t) => {
  const edge = await startEdge(t);
  edge.sale.history.push(POINT);
  const first = await watch(t, edge);
  t.match(first.received, 'Content-Type: text/event-stream');
  t.match(first.received, 'Cache-Control: no-store');
  t.match(first.received, '"at":"2026-11-22T12:00:00.000Z"');
  edge.sale.tell(snapshotOf(1));
  await until(() => salesOf(first).length === 1);
  t.match(salesOf(first), [{ totals: { accepted: 1 }, ledger: { auditedAt: null } }]);
  const second = await watch(t, edge);
  await until(() => salesOf(second).length === 1);
  t.equal(edge.sale.followers.size, 1, 'all viewers share one');
  edge.sale.tell(snapshotOf(2));
  await until(() => salesOf(first).length === 2 && salesOf(second).length === 2);
  first.socket.destroy();
  second.socket.destroy();
  await until(() => edge.sale.followers.size === 0);
  t.equal(salesOf(await watch(t, edge)).length, 0, 'who comes later is not shown old figures');
  t.equal(edge.inFlight(), 0);
});

t.test('who does not read gets the newest snapshot later, not all of them', async (t) => {
  const edge = await startEdge(t);
  const connection = await watch(t, edge);
  connection.socket.pause();
  const LAST = 40_000;
  for (let count = 1; count <= LAST; count += 1) edge.sale.tell(snapshotOf(count));
  connection.socket.resume();
  await until(() => salesOf(connection).at(-1)?.totals.accepted === LAST, { timeoutMs: 20_000 });
  t.ok(salesOf(connection).length < LAST, 'some were left out');
});

t.test('viewers are bounded, and end with the engine, not with its drain', async (t) => {
  const edge = await startEdge(t, { liveBoardViewersMax: 2 });
  const first = await watch(t, edge);
  const second = await watch(t, edge);
  const third = await call(`${edge.operationsUrl}/v1/live`);
  t.match(third, { status: 503, json: { code: 'overloaded' } });
  t.ok(third.headers.get('retry-after'));
  first.socket.destroy();
  await until(async () => {
    const connection = new RawConnection(t, edge.operationsUrl);
    connection.send(REQUEST);
    await until(() => connection.statuses.length === 1);
    return connection.statuses[0] === 200;
  });
  await edge.gateway.drain();
  edge.sale.tell(snapshotOf(9));
  await until(() => salesOf(second).length === 1, { what: 'the operator sees the drain' });
  edge.gateway.close();
  await until(() => second.isClosed);
});

t.test('the sale is for those with the token; the page, which has no data, for all', async (t) => {
  const TOKEN = 'a-token-of-some-length';
  const edge = await startEdge(t, {
    environment: { AUTH: 'on', STOREFRONT_KEYS: `shop:shop-1:${'s'.repeat(40)}`, ADMIN_TOKEN: TOKEN },
  });
  t.equal((await call(`${edge.operationsUrl}/v1/live`)).status, 401);
  t.equal(edge.sale.followers.size, 0);
  const page = await fetch(edge.operationsUrl);
  t.equal(page.status, 200);
  t.equal((await fetch(`${edge.storefrontUrl}/`)).status, 404, 'not where buyers are');
  t.equal((await fetch(`${edge.storefrontUrl}/v1/live`)).status, 404);
});

t.test('the page brings all it needs, and lets nothing else in', async (t) => {
  const edge = await startEdge(t);
  const page = await fetch(`${edge.operationsUrl}/`);
  const html = await page.text();
  t.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  const policy = page.headers.get('content-security-policy') ?? '';
  t.match(policy, "default-src 'none'");
  t.match(policy, "frame-ancestors 'none'");
  t.notMatch(policy, /unsafe|https?:|\*/);
  t.equal(page.headers.get('x-content-type-options'), 'nosniff');
  t.notMatch(html, /\son\w+=|\sstyle=|<style|<script(?![^>]*\ssrc=)/i, 'nothing inline');
  const linked = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, path]) => path ?? '');
  t.ok(linked.length >= 5);
  const modules = ['main.js', ...readdirSync(FOLDER).filter((name) => name.endsWith('.js'))];
  for (const path of [...linked, ...modules.map((name) => `/live-board/${name}`)]) {
    const file = await fetch(edge.operationsUrl + path);
    t.equal(file.status, 200, path);
    t.equal(file.headers.get('content-security-policy'), policy);
    // A namespace of XML and the home of uPlot in its first line are no hosts that are asked.
    const others = /https?:\/\/(?!www\.w3\.org\/|github\.com\/leeoniya\/uPlot)/;
    t.notMatch(await file.text(), others, `${path} names no other host`);
  }
  for (const name of ['', '..%2fgateway.ts', 'index.html', 'package.json', 'uPlot.d.ts', '__proto__']) {
    const answer = await call(`${edge.operationsUrl}/live-board/${name}`);
    t.match(answer, { status: 404, json: { code: 'unknown_route' } }, name);
  }
});

t.test('what the engine says of its parts is said to Chinese readers in Chinese', async (t) => {
  const file = new URL('details.js', new URL('../../../src/gateway/live-board/', import.meta.url)).href;
  const { detailIn } = (await import(file)) as {
    detailIn(language: 'en' | 'zh', detail: string | undefined): string;
  };
  const dependencies = fileURLToPath(new URL('../../../src/engine/dependencies.ts', import.meta.url));
  const sentences = Array.from(
    readFileSync(dependencies, 'utf8').matchAll(/(?:detail:|return)\s+(?:'([^']+)'|`((?:[^`\\]|\\.)+)`)/g),
    ([, plain, filled]) => (plain ?? filled ?? '').replaceAll('\\`', '`').replace(/\$\{[^}]+\}/g, '7'),
  );
  t.ok(sentences.length >= 8, `${sentences.length} sentences`);
  for (const sentence of [...sentences, 'draining', 'starting']) {
    t.match(detailIn('zh', sentence), /[\u4e00-\u9fff]/, sentence);
  }
  t.equal(detailIn('zh', 'shard 3: Command timed out'), '分片线程 3：Redis 响应超时');
  t.match(detailIn('zh', 'shard 0 is starting, shard 1 is starting'), /^分片线程未就绪/);
  t.equal(detailIn('en', 'Redis is 75 % full'), 'Redis is 75 % full');
  t.equal(detailIn('zh', 'something new'), 'something new', 'better in English than not at all');
  t.equal(detailIn('zh', undefined), '');
});

t.test('both languages have the same words, and the page uses no others', async (t) => {
  // Not by its name: the compiler would look for types that a script for browsers has not.
  const file = new URL('words.js', new URL('../../../src/gateway/live-board/', import.meta.url)).href;
  const { WORDS } = (await import(file)) as { WORDS: Record<'en' | 'zh', Record<string, string>> };
  const { en, zh } = WORDS;
  t.same(Object.keys(zh), Object.keys(en));
  for (const [key, text] of Object.entries(en)) {
    const places = (of: string): string[] => (of.match(/\{\w+\}/g) ?? []).sort();
    t.same(places(zh[key] ?? ''), places(text), `${key} has the same places`);
  }
  const sources = readdirSync(FOLDER).map((name) => readFileSync(FOLDER + name, 'utf8'));
  const used = sources.flatMap((text) => [
    ...Array.from(text.matchAll(/\bword\('(\w+)'/g), ([, key]) => key ?? ''),
    ...Array.from(text.matchAll(/data-word="(\w+)"/g), ([, key]) => key ?? ''),
  ]);
  t.ok(used.length > 40);
  for (const key of used) t.ok(key in en, `${key} is a word`);
  const html = readFileSync(`${FOLDER}index.html`, 'utf8');
  for (const [, key, text] of html.matchAll(/data-word="(\w+)">([^<]*)</g))
    t.equal(text, en[key ?? ''], `${key}: the page before its script says the same`);
});
