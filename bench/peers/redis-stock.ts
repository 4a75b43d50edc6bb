import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import type { HoldOutcome, HoldRequest, PeerRules, PeerSku, PeerStock } from './contract.js';

/** The commands that `defineCommand` adds. */
interface Scripts {
  takeHold(...keysAndArguments: readonly string[]): Promise<readonly string[]>;
  expireHolds(...keysAndArguments: readonly string[]): Promise<number>;
}

const KEYS_OF_SKU = 5;
const COMMAND_TIMEOUT_MS = 5000;
/** Names of all SKUs, for the sweep. */
const SKUS = 'skus';

/**
 * One Lua call a hold, by its digest. Auto-pipelining sends what gathers while a pipeline is under way as the next one:
 * ioredis' own group commit, without which `appendfsync always` would take an fsync a hold.
 */
export class RedisStock implements PeerStock {
  readonly #clients: readonly (Redis & Scripts)[];
  readonly #redis: Redis & Scripts;
  #next = 0;

  private constructor(clients: readonly (Redis & Scripts)[]) {
    this.#clients = clients;
    this.#redis = clients[0]!;
  }

  /** `connections`: each has a pipeline of its own under way; holds go to one after the other. */
  static async connect(url: string, connections: number): Promise<RedisStock> {
    return new RedisStock(await Promise.all(Array.from({ length: connections }, () => connectOne(url))));
  }

  async define(sku: string, rules: PeerRules): Promise<void> {
    const { total, buyerLimit, holdTtlMs } = rules;
    if ((await this.#redis.sadd(SKUS, sku)) === 0) throw new Error(`${sku} is defined already`);
    await this.#redis.hset(keysOf(sku)[0]!, { total, available: total, held: 0, buyerLimit, holdTtlMs });
  }

  async hold(request: HoldRequest): Promise<HoldOutcome> {
    const { holdId, sku, buyerId, quantity } = request;
    this.#next = (this.#next + 1) % this.#clients.length;
    const answer = await this.#clients[this.#next]!.takeHold(
      ...keysOf(sku),
      holdId,
      buyerId,
      String(quantity),
    );
    return outcomeOf(answer);
  }

  async read(sku: string): Promise<PeerSku | undefined> {
    const { total, available, held } = await this.#redis.hgetall(keysOf(sku)[0]!);
    if (total === undefined) return undefined;
    return { sku, total: Number(total), available: Number(available), held: Number(held) };
  }

  async expireDue(limit: number): Promise<number> {
    let ended = 0;
    for (const sku of await this.#redis.smembers(SKUS)) {
      ended += await this.#redis.expireHolds(...keysOf(sku), String(limit));
    }
    return ended;
  }

  /** Redis leaves nothing behind that it would have to tidy up later. */
  async settle(): Promise<void> {}

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
  }
}

async function connectOne(url: string): Promise<Redis & Scripts> {
  const redis = new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    lazyConnect: true,
  });
  redis.on('error', (error: Error) => process.stderr.write(`${error.message}\n`));
  await redis.connect();
  redis.defineCommand('takeHold', { numberOfKeys: KEYS_OF_SKU, lua: script('hold') });
  redis.defineCommand('expireHolds', { numberOfKeys: KEYS_OF_SKU, lua: script('expire') });
  return redis as Redis & Scripts;
}

/** One hash tag, so that it would run on a cluster as well. */
function keysOf(sku: string): readonly string[] {
  return [`{${sku}}:sku`, `{${sku}}:holds`, `{${sku}}:buyers`, `{${sku}}:deadlines`, `{${sku}}:events`];
}

function outcomeOf([kind = '', first = '', second = '', ...rest]: readonly string[]): HoldOutcome {
  switch (kind) {
    case 'held':
      return { kind, expiresAt: Number(first) };
    case 'replayed':
      return { kind, expiresAt: Number(first), endedAt: Number(second) };
    case 'sold_out':
      return { kind, available: Number(first) };
    case 'buyer_limit':
      return { kind, limit: Number(first), remaining: Number(second), holdIds: rest };
    case 'idempotency_mismatch':
    case 'unknown_sku':
      return { kind };
    default:
      throw new Error(`hold.lua answered ${kind}`);
  }
}

/** Not compiled, so beside the source and not in dist/. */
function script(name: 'hold' | 'expire'): string {
  return readFileSync(new URL(`../../../bench/peers/lua/${name}.lua`, import.meta.url), 'utf8');
}
