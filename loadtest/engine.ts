import { startStack, stopEverything } from '../bench/stack.js';
import { credentialsFrom } from '../src/cli/credentials.js';
import { expectStatus } from '../src/cli/engine-api.js';
import { HttpClient } from '../src/cli/http-client.js';
import { inParallel } from '../src/cli/parallel.js';
import type { SoldSku } from './consistency/records.js';
import { Stores } from './consistency/stores.js';
import type { Target } from './generator/connection.js';
import type { Options } from './options.js';

/** Counting a partition of a million holds takes the engine a while, and its ledger may have to catch up first. */
const PATIENCE_MS = 120_000;
const SOCKETS = 16;

/** An engine under load, whoever started it. */
export interface Engine {
  readonly target: Target;
  readonly storefront: HttpClient;
  readonly operations: HttpClient;
  readonly stores: Stores;
  readonly partitions: number;
  /** Where it is, for the report. */
  readonly description: string;
  stop(): Promise<void>;
}

/** The engine that `--url` names, or a new one with a Redis and a Postgres of its own. Rejects when none answers. */
export async function findEngine({ running, shards }: Options): Promise<Engine> {
  const stack = running === undefined ? await startStack({ shards }) : undefined;
  const urls =
    running ??
    ({
      url: stack!.storefrontUrl,
      adminUrl: stack!.operationsUrl,
      redisUrl: stack!.redisUrl,
      databaseUrl: stack!.databaseUrl,
    } as const);
  const credentials = credentialsFrom(process.env);
  const common = { sockets: SOCKETS, attemptTimeoutMs: PATIENCE_MS };
  const storefront = new HttpClient({
    ...common,
    baseUrl: urls.url,
    option: '--url',
    authorise: credentials.storefront,
  });
  const operations = new HttpClient({
    ...common,
    baseUrl: urls.adminUrl,
    option: '--admin-url',
    authorise: credentials.operations,
  });
  const { hostname, port } = new URL(urls.url);
  const partitions = await partitionsOf(operations);
  const stores = new Stores(urls.redisUrl, urls.databaseUrl, partitions);
  return {
    target: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) },
    storefront,
    operations,
    stores,
    partitions,
    description: running === undefined ? 'an engine of its own on this machine' : urls.url,
    stop: async () => {
      storefront.close();
      operations.close();
      await stores.close();
      await stack?.stop();
    },
  };
}

/** Ends what was started; for Ctrl-C. */
export const stopEngines = stopEverything;

async function partitionsOf(operations: HttpClient): Promise<number> {
  const answer = await operations.call('GET', '/v1/audit?partition=0');
  const { partitions } = expectStatus('The audit of partition 0', answer, 200).body as { partitions: number };
  return partitions;
}

/** Defines SKUs, and opens them unless they do so by themselves at `opensAt`. */
export async function putOnSale(
  operations: HttpClient,
  skus: readonly SoldSku[],
  opensAt?: string,
): Promise<void> {
  await inParallel(skus, SOCKETS, async ({ sku, total, buyerLimit, holdTtlMs }) => {
    const rules = { total, buyerLimit, holdTtlMs, ...(opensAt === undefined ? {} : { opensAt }) };
    const path = `/v1/skus/${encodeURIComponent(sku)}`;
    expectStatus(`Defining ${sku}`, await operations.call('PUT', path, rules), 200, 201);
    if (opensAt === undefined)
      expectStatus(`Opening ${sku}`, await operations.call('POST', `${path}/open`), 200);
  });
}
