import { stopEverything } from '../bench/children.js';
import { startStack } from '../bench/stack.js';
import { credentialsFrom } from '../src/cli/credentials.js';
import { expectStatus, UnexpectedAnswer } from '../src/cli/engine-api.js';
import { HttpClient } from '../src/cli/http-client.js';
import { inParallel } from '../src/cli/parallel.js';
import type { SoldSku } from './consistency/records.js';
import { Stores } from './consistency/stores.js';
import type { Target } from './generator/connection.js';
import type { Options, RunningEngine } from './options.js';

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
  if (running !== undefined) return await connect(running, running.url, async () => {});
  const stack = await startStack({ shards, isShielded: true });
  const { storefrontUrl: url, operationsUrl: adminUrl, redisUrl, databaseUrl } = stack;
  const urls = { url, adminUrl, redisUrl, databaseUrl };
  return await connect(urls, 'an engine of its own on this machine', stack.stop).catch(async (error) => {
    await stack.stop();
    throw error;
  });
}

async function connect(
  urls: RunningEngine,
  description: string,
  stopStack: () => Promise<void>,
): Promise<Engine> {
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
  await stores.check().catch(async (error: unknown) => {
    await stores.close();
    // Now, and not after an hour of load.
    throw new UnexpectedAnswer(
      `The stores cannot be compared with what the buyers are told (${reasonOf(error)}): check --redis-url and --database-url.`,
    );
  });
  return {
    target: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) },
    storefront,
    operations,
    stores,
    partitions,
    description,
    stop: async () => {
      storefront.close();
      operations.close();
      await stores.close();
      await stopStack();
    },
  };
}

/** Where no server is, the reasons are one level down, one for each address that was tried. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
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
