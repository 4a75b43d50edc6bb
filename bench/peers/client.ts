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

/** Has the peer's store do now what it would do of itself some seconds after much selling. */
export async function settlePeer(url: string): Promise<void> {
  await call('POST', `${url}/v1/settle`);
}

/** Requests of a peer that went wrong so far, instead of being answered with a hold or a refusal. */
export async function failuresOfPeer(url: string): Promise<number> {
  const { failures } = (await call('GET', `${url}/v1/failures`)) as { failures: number };
  return failures;
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
