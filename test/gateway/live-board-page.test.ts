import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { Shop } from '../engine/shop.js';
import { type RunningEngine, startEngine } from '../support/engine.js';
import { leftovers } from '../support/leftovers.js';
import { freshRedis } from '../support/redis.js';
import { until } from '../support/until.js';

/** Debian's; `apt-get install chromium`. Named, so that no test ever downloads a browser. */
const CHROMIUM = '/usr/bin/chromium';
const TOKEN = 'live-board-test-admin-token';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };
const PROJECTOR = { width: 1920, height: 1080 };

leftovers(t);
t.setTimeout(150_000);

/** All that was said in a page's console from its first moment: a breach of the policy, a missing file. */
const complaintsOf = new WeakMap<Page, string[]>();

const skip = existsSync(CHROMIUM) ? false : `no ${CHROMIUM} here: apt-get install chromium`;

/** A page that fails the test when a script of it throws, or when it asks anybody but its engine. */
async function open(t: Test, url: string, options: BrowserContextOptions): Promise<Page> {
  const context = await (await browser()).newContext({ locale: 'en-US', viewport: DESKTOP, ...options });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  complaintsOf.set(page, complaints);
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => t.fail(`the page threw ${error.message}`));
  page.on('request', (request) =>
    t.ok(request.url().startsWith(url), `asks only its engine: ${request.url()}`),
  );
  await page.goto(`${url}/`);
  return page;
}

async function textOf(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).textContent()) ?? '';
}

/** The figure of a cell or tile, without its separators. */
async function numberIn(page: Page, selector: string): Promise<number> {
  return Number((await textOf(page, selector)).replaceAll(',', ''));
}

/** Buyers who want the phone most, until told to stop. */
function startBuyers(shop: Shop): () => Promise<void> {
  let isOver = false;
  let count = 0;
  const buyer = async (): Promise<void> => {
    while (!isOver) {
      count += 1;
      const sku = count % 4 === 0 ? 'kettle' : 'phone';
      await shop.hold(sku, `buyer-${count}`, 1, `live-board-${count}`);
    }
  };
  const buyers = Array.from({ length: 4 }, buyer);
  return async () => {
    isOver = true;
    await Promise.all(buyers);
  };
}

let launched: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  // As root, as which tests in containers run, Chromium has no sandbox of its own.
  launched ??= chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  return launched;
}

t.teardown(async () => (await launched)?.close());

t.test('a sale is seen as it happens', { skip }, async (t) => {
  const engine = await startEngine(t, { AUDIT_INTERVAL_MS: '2000' });
  const shop = new Shop(engine);
  await shop.offer('kettle', { total: 400 });
  await shop.offer('<b>odd</b>'.replaceAll(/[<>/]/g, '-'), { total: 7 });
  await shop.offer('phone', { total: 1_000_000 });
  await shop.operate('PUT', '/v1/skus/drop', {
    total: 5,
    opensAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const page = await open(t, engine.operationsUrl, {});
  const stop = startBuyers(shop);

  await page.locator('#status[data-state="selling"]').waitFor();
  await until(async () => (await numberIn(page, '#accepted')) > 0, { what: 'a rate of accepted holds' });
  await until(async () => (await textOf(page, '#skus tr:first-child .name')) === 'phone', {
    what: 'the hottest SKU on top',
  });
  const leftOf = (sku: string): Promise<number> =>
    numberIn(page, `#skus tr:has(.name:text-is("${sku}")) td.left`);
  const before = await leftOf('phone');
  await until(async () => (await leftOf('phone')) < before, { what: 'less stock a moment later' });
  t.match(await textOf(page, '#skus tr.scheduled .badge'), /^opens in 59:\d\d$/);
  t.match(await textOf(page, '#latency'), /\d.*ms|s$/);
  await until(
    async () => /sold out/.test(await textOf(page, '#skus tr:has(.name:text-is("kettle")) .badge')),
    {
      timeoutMs: 40_000,
      what: 'the kettles sold out',
    },
  );
  await until(async () => /kettle is sold out/.test(await textOf(page, '#news')), {
    what: 'the news for ears',
  });
  await until(async () => (await numberIn(page, '#refused')) > 0, { what: 'a rate of refusals' });
  t.match(await textOf(page, '#refused-note'), /mainly sold out: (>99|\d+)%/);
  await until(async () => (await textOf(page, '#audit')) === 'Every SKU added up.', {
    timeoutMs: 20_000,
    what: 'the audit',
  });
  t.equal(await page.locator('#parts li.ok').count(), 7, 'all parts work');
  t.equal(await page.locator('.plots canvas').count(), 4);
  t.ok(await hasInk(page), 'the curve of accepted holds is drawn');
  await stop();
  await until(async () => (await numberIn(page, '#accepted')) === 0, { what: 'quiet again' });
  const { available } = await shop.sku('phone');
  await until(async () => (await leftOf('phone')) === available, { what: 'exactly what the engine says' });
  t.same(complaintsOf.get(page), [], 'nothing in the console');
  await page.evaluate(`document.body.setAttribute('style', 'color: red')`);
  await until(() => /Content Security Policy/.test(complaintsOf.get(page)?.[0] ?? ''), {
    what: 'the browser keeping to the policy',
  });
  await goesAndComesBack(t, page, engine);
});

/** Whether the first plot has pixels of the colour of its curve. */
function hasInk(page: Page): Promise<boolean> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('#plot-accepted canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === 0x1d && data[at + 1] === 0x4e && data[at + 2] === 0xd8 && data[at + 3] === 255) return true;
    return false;
  })()`);
}

async function goesAndComesBack(t: Test, page: Page, engine: RunningEngine): Promise<void> {
  engine.process.kill('SIGSTOP');
  await page.locator('#status[data-state="lost"]').waitFor();
  t.match(await page.locator('#board').getAttribute('class'), 'stale', 'old figures look old');
  t.match(await textOf(page, '#lost'), /from \d\d:\d\d:\d\d\.$/, 'and it is said of when they are');
  engine.process.kill('SIGCONT');
  await page.locator('#status[data-state="selling"]').waitFor();
  t.notMatch(await page.locator('#board').getAttribute('class'), 'stale');
  t.equal(await page.locator('#lost').isVisible(), false);
}

t.test('every screen, both languages, light and dark', { skip }, async (t) => {
  const engine = await startEngine(t);
  const shop = new Shop(engine);
  for (let index = 0; index < 60; index += 1)
    await shop.offer(`sku-${index}${'-long'.repeat(index % 12)}`, { total: 10 });
  for (const viewport of [PHONE, DESKTOP, PROJECTOR]) {
    for (const [locale, status] of [
      ['en-GB', 'Selling'],
      ['zh-TW', '销售中'],
    ] as const) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const name = `${viewport.width} ${locale} ${colorScheme}`;
        const page = await open(t, engine.operationsUrl, { viewport, locale, colorScheme });
        await page.locator('#skus tr').nth(49).waitFor({ state: 'attached' });
        t.equal(await textOf(page, '#status-text'), status, name);
        t.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, `${name}: fits`);
        const pageHeight = Number(await page.evaluate('document.documentElement.scrollHeight'));
        if (viewport !== PHONE) t.equal(pageHeight, viewport.height, `${name}: nothing below the screen`);
        t.same(await poorContrast(page), [], `${name}: can be read`);
        t.equal(
          await textOf(page, '#skus-note'),
          locale === 'en-GB' ? 'The 50 fastest of 60 SKUs' : '60 个 SKU 中最热的 50 个',
        );
        t.same(complaintsOf.get(page), [], `${name}: nothing in the console`);
        await page.evaluate('document.querySelector("h2#skus-title").style.color = "var(--card)"');
        t.equal((await poorContrast(page)).length, 1, 'the measure of contrast measures');
        await page.context().close();
      }
    }
  }
});

/** Texts whose contrast with what is behind them is under 4.5 : 1 (WCAG AA), by the colours the browser computed. */
function poorContrast(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (rgb) => {
      const [r, g, b] = rgb.slice(0, 3).map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = channels(getComputedStyle(at).backgroundColor);
        if (colour[3] !== 0) return colour;
      }
      return [255, 255, 255];
    };
    const poor = [];
    for (const element of document.querySelectorAll('body *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
      if (!hasText || element.closest('noscript') || !element.checkVisibility()) continue;
      const [one, other] = [luminance(channels(getComputedStyle(element).color)), luminance(behind(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < 4.5) poor.push(element.textContent.trim().slice(0, 30) + ' ' + ratio.toFixed(2));
    }
    return poor;
  })()`);
}

t.test('language and colours are chosen by keyboard, and remembered', { skip }, async (t) => {
  const engine = await startEngine(t);
  const page = await open(t, engine.operationsUrl, { colorScheme: 'light' });
  await page.locator('#board:not([hidden])').waitFor();
  const background = (): Promise<unknown> =>
    page.evaluate('getComputedStyle(document.body.parentElement).backgroundColor');
  const light = await background();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  t.equal(await textOf(page, 'h2#skus-title'), '库存（最热在前）');
  t.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  t.equal(await textOf(page, '#theme'), '深色');
  t.not(await background(), light);
  const dark = await background();
  await page.reload();
  await page.locator('#board:not([hidden])').waitFor();
  t.equal(await textOf(page, '#skus-title'), '库存（最热在前）');
  t.equal(await background(), dark);
});

t.test('an engine with a token asks for it, and keeps it in the tab only', { skip }, async (t) => {
  const engine = await startEngine(t, {
    AUTH: 'on',
    STOREFRONT_KEYS: 'shop:shop-1:live-board-test-secret-of-32-characters',
    ADMIN_TOKEN: TOKEN,
  });
  const page = await open(t, engine.operationsUrl, { viewport: PHONE });
  await page.locator('#token').fill('not-the-token-of-this-engine');
  await page.keyboard.press('Enter');
  await until(async () => (await textOf(page, '#token-error')) === 'That is not the token of this engine.');
  t.equal(await page.locator('#board').isVisible(), false);
  await page.locator('#token').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('#status[data-state="ready"]').waitFor();
  t.equal(await page.locator('#token-form').isVisible(), false);
  t.notMatch(page.url(), TOKEN);
  t.notMatch(
    JSON.stringify(await page.context().storageState()),
    TOKEN,
    'in no cookie and no lasting storage',
  );
  await page.reload();
  await page.locator('#board:not([hidden])').waitFor();
});

t.test('what is not well is on top of the page, until it is well again', { skip }, async (t) => {
  const redis = await freshRedis(t);
  const engine = await startEngine(t, { REDIS_URL: redis.url });
  await new Shop(engine).offer('phone', { total: 5 });
  const page = await open(t, engine.operationsUrl, { viewport: PHONE });
  await page.locator('#status[data-state="selling"]').waitFor();
  t.equal(await textOf(page, '#trouble'), '');
  await redis.kill('SIGKILL');
  await page.locator('#status[data-state="not_ready"]').waitFor();
  t.match(await textOf(page, '#trouble'), /^Redis: down – shard 0/);
  t.equal(await textOf(page, '#lag'), '–', 'what only Redis knows is not shown as if it were of now');
  t.equal(await textOf(page, '#parts li.down .part'), 'Redis');
  t.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'a long reason fits');
  t.equal(await textOf(page, '#skus .name'), 'phone', 'the stock is shown as it was known last');
  await redis.restart();
  await page.locator('#status[data-state="selling"]').waitFor();
  t.equal(await textOf(page, '#trouble'), '');
});
