import type { PeerRules, PeerSku } from './contract.js';

/** Puts a SKU of a peer on sale. Throws with the peer's answer when it refuses. */
export async function definePeerSku(url: string, sku: string, rules: PeerRules): Promise<void> {
  await call('PUT', `${url}/v1/skus/${sku}`, rules);
}

/** Units held of a SKU, as the peer's store counts them. */
export async function unitsHeldByPeer(url: string, sku: string): Promise<number> {
  const numbers = (await call('GET', `${url}/v1/skus/${sku}`)) as PeerSku;
  return numbers.held;
}

async function call(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
