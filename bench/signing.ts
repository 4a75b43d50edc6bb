import { closeSync, openSync, writeSync } from 'node:fs';
import { hmacSha256 } from '../src/gateway/auth.js';
import type { Load, SigningKey } from './load.js';
import { skuName } from './operations.js';

/** Characters of a signature in the file: the hexadecimal digits, without `v1=`. */
export const SIGNATURE_CHARACTERS = 64;
/** More than anything here answers. A run that needs more says so. */
export const SIGNED_PER_SECOND_MAX = 80_000;
/** All requests of a run carry one timestamp, which the engine takes for 300 seconds; and each second of them is 5 MB. */
const SECONDS_MAX = 60;
/** Numbers are padded by adding a power of ten, as the script does it. */
const PADDED = 1e9;
/** Walks through all buyers without order or repetition, where their number is no multiple of it. */
const BUYER_STEP = 7919;
const REQUESTS_A_WRITE = 4096;

/** What the request of this number in a run says; `wrk/signed-holds.lua` must say the same, byte for byte. */
export function signedRequest(load: Load, index: number): { readonly key: string; readonly body: string } {
  const sku = skuName(load.skuPrefix, index % load.skus);
  const buyer = `b${PADDED + ((index * BUYER_STEP) % load.buyers)}`;
  return {
    key: `${load.tag}-${PADDED + index}`,
    body: `{"sku":"${sku}","buyerId":"${buyer}","quantity":1}`,
  };
}

/** Signs requests of one timestamp (seconds since 1970). The key is the nonce as well. */
export function signerOf(
  load: Load,
  signing: SigningKey,
  timestamp: number,
): (request: { readonly key: string; readonly body: string }) => string {
  const sign = hmacSha256(signing.secret);
  return ({ key, body }) =>
    sign(`POST\n${load.path}\n${timestamp}\n${key}\n${key}\n`, Buffer.from(body, 'latin1'));
}

/**
 * Signs beforehand all requests that a run can need, into `file`: wrk's Lua cannot sign 40,000 requests a second, and a client that
 * signs as it sends would be measured instead of the engine. All else of a request follows from its number, so that the
 * signatures are all that is stored. Answers their timestamp. Throws when the run is too long for it.
 */
export function writeSignatures(file: string, load: Load, signing: SigningKey): number {
  if (load.seconds > SECONDS_MAX) {
    throw new Error(
      `signed requests are made beforehand, for ${SECONDS_MAX} seconds at most: --seconds is ${load.seconds}`,
    );
  }
  const timestamp = Math.floor(Date.now() / 1000);
  const sign = signerOf(load, signing, timestamp);
  const count = load.seconds * SIGNED_PER_SECOND_MAX;
  const handle = openSync(file, 'w');
  try {
    for (let from = 0; from < count; from += REQUESTS_A_WRITE) {
      let text = '';
      const to = Math.min(from + REQUESTS_A_WRITE, count);
      for (let index = from; index < to; index += 1) text += sign(signedRequest(load, index));
      writeSync(handle, text, undefined, 'latin1');
    }
  } finally {
    closeSync(handle);
  }
  return timestamp;
}
