import { Cluster, Redis } from 'ioredis';
import type { Test } from 'tap';
import { type RedisOptions, type RunningRedis, startRedis } from '../../src/services/redis.js';
import type { RunningRedisCluster } from '../../src/services/redis-cluster.js';
import { ClusterMover } from './cluster-mover.js';
import { temporaryDirectory } from './directories.js';
import { freshCluster } from './redis-cluster.js';

/**
 * Set by `npm test -- --cluster`: a test that needs "a Redis" gets a cluster of three primaries. With `moving`, partitions move
 * between them all the time.
 */
const CLUSTER_VARIABLE = 'HOLDFAST_TEST_CLUSTER';

/** What a test was given: one server, or the nodes of a cluster as if they were one. */
export interface TestRedis extends RunningRedis {
  /** All servers it consists of. */
  readonly nodes: readonly RunningRedis[];
  /** Until `goOn` no partition moves to another node: for a test that looks at each node or exchanges their files. */
  halt(): Promise<void>;
  goOn(): void;
}

/** Those of this process, by the port of each of their nodes. */
const movers = new Map<number, ClusterMover>();

/**
 * A private durable Redis on a free port, for this test only; stopped and removed when `t` ends. In a run on a cluster it is one:
 * `url` is one of its nodes, signals and restarts are for all of them. What a test does to Redis itself it does to each of
 * `nodes`; one that is about a single server wants `singleRedis`.
 */
export async function freshRedis(t: Test, options: Partial<RedisOptions> = {}): Promise<TestRedis> {
  const mode = process.env[CLUSTER_VARIABLE] ?? '';
  if (mode === '' || options.directory !== undefined) return alone(await oneRedis(t, options));
  const cluster = await freshCluster(t, options);
  return asOne(cluster, options, mode === 'moving' ? startMover(t, cluster) : undefined);
}

function startMover(t: Test, cluster: RunningRedisCluster): ClusterMover {
  const mover = new ClusterMover(t, cluster);
  for (const { port } of cluster.nodes) movers.set(port, mover);
  t.teardown(() => mover.stop());
  mover.start();
  return mover;
}

/** In a run with migrations: until one more was completed on the Redis at this address. */
export async function anotherMigration(redisUrl: string): Promise<void> {
  await movers.get(Number(new URL(redisUrl.split(',')[0]!).port))?.another();
}

/** A private Redis that is one also in a run on a cluster, and why that must be so, in a few words. */
export async function singleRedis(
  t: Test,
  _because: string,
  options: Partial<RedisOptions> = {},
): Promise<TestRedis> {
  return alone(await oneRedis(t, options));
}

/** A client that finds every key, of a cluster too. */
export type Inspector = Redis | Cluster;

/** For looking into what `freshRedis` gave; closed when `t` ends. */
export function inspect(t: Test, { url, port, nodes }: TestRedis): Inspector {
  const client = nodes.length > 1 ? new Cluster([{ host: '127.0.0.1', port }]) : new Redis(url);
  client.on('error', () => undefined);
  t.teardown(() => client.disconnect());
  return client;
}

/** One command on every server it consists of; what each answered. */
export async function onEach(
  { nodes }: TestRedis,
  command: string,
  ...args: string[]
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const { url } of nodes) {
    const client = new Redis(url);
    try {
      answers.push(await client.call(command, ...args));
    } finally {
      client.disconnect();
    }
  }
  return answers;
}

async function oneRedis(t: Test, options: Partial<RedisOptions>): Promise<RunningRedis> {
  const redis = await startRedis({ directory: temporaryDirectory(t, 'redis'), ...options });
  t.teardown(() => redis.stop());
  return redis;
}

function alone(redis: RunningRedis): TestRedis {
  const { url, engineUrl, recoveryUrl, adminUrl, port, directory } = redis;
  return {
    ...{ url, engineUrl, recoveryUrl, adminUrl, port, directory, nodes: [redis] },
    get pid() {
      return redis.pid;
    },
    stop: () => redis.stop(),
    kill: (signal) => redis.kill(signal),
    restart: () => redis.restart(),
    halt: async () => undefined,
    goOn: () => undefined,
  };
}

function asOne(
  { nodes, stop }: RunningRedisCluster,
  { access }: Partial<RedisOptions>,
  mover: ClusterMover | undefined,
): TestRedis {
  const [first] = nodes;
  if (first === undefined || access === 'users')
    throw new Error('a cluster with the shipped users only: use singleRedis');
  const { url, engineUrl, recoveryUrl, adminUrl, port, directory } = first;
  const each = async (task: (node: RunningRedis) => Promise<void>): Promise<void> => {
    await Promise.all(nodes.map(task));
  };
  return {
    ...{ url, engineUrl, recoveryUrl, adminUrl, port, directory, nodes },
    get pid() {
      return first.pid;
    },
    stop,
    kill: (signal) => each((node) => node.kill(signal)),
    restart: () => each((node) => node.restart()),
    halt: async () => mover?.halt(),
    goOn: () => mover?.goOn(),
  };
}
