import type { EngineUrls } from './supervisor.js';

const SAMPLE = { total: 1000, buyerLimit: 2, holdTtlMs: 120_000 };
const SAMPLE_SKU = 'phone-1';
const REQUEST_TIMEOUT_MS = 10_000;

async function call(
  url: string,
  method: string,
  adminToken: string | undefined,
  body?: unknown,
): Promise<unknown> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (adminToken !== undefined) headers.authorization = `Bearer ${adminToken}`;
  const response = await fetch(url, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/**
 * Answers a SKU to try: the first one there is, or a sample that is defined and opened when there is none.
 * Throws with the engine's answer when it refuses.
 */
export async function ensureSku(operationsUrl: string, adminToken: string | undefined): Promise<string> {
  const skus = `${operationsUrl}/v1/skus`;
  const page = (await call(`${skus}?limit=1`, 'GET', adminToken)) as { items: { sku: string }[] };
  const first = page.items[0];
  if (first !== undefined) return first.sku;
  await call(`${skus}/${SAMPLE_SKU}`, 'PUT', adminToken, SAMPLE);
  await call(`${skus}/${SAMPLE_SKU}/open`, 'POST', adminToken);
  return SAMPLE_SKU;
}

/**
 * What a person reads once the engine serves: where it is, and lines that work when pasted into any POSIX shell.
 * The buyer's name carries the time, so that pasting again does not meet the buyer limit.
 */
export function welcomeText(urls: EngineUrls, sku: string, signed: boolean): string {
  const { storefrontUrl, operationsUrl } = urls;
  const json = "-H 'content-type: application/json'";
  const hold = `{"sku":"${sku}","buyerId":"ada-'$(date +%s)'","quantity":1}`;
  const lines = [
    '',
    `  storefront  ${storefrontUrl}     operations  ${operationsUrl}     API  ${storefrontUrl}/openapi.json`,
    `  live board  ${operationsUrl}/`,
    '',
  ];
  if (signed) {
    lines.push('Requests must be signed (AUTH=on): the README shows how, in shell and in TypeScript.');
  } else {
    lines.push(
      'Paste to hold one, confirm it, and look at the stock:',
      '',
      `hold=$(curl -s ${storefrontUrl}/v1/holds ${json} -d '${hold}' | tee /dev/stderr | sed 's/.*"holdId":"\\([^"]*\\)".*/\\1/'); echo`,
      `curl -s ${storefrontUrl}/v1/holds/$hold/confirm ${json} -d '{"paymentRef":"pay-1"}' -w '\\n'`,
      `curl -s ${storefrontUrl}/v1/skus/${sku} -w '\\n'`,
    );
  }
  lines.push('', 'Ctrl-C stops everything; the data stays for the next start.', '');
  return lines.join('\n');
}
