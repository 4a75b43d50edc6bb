import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, LOOPBACK } from './ports.js';
import { type RedisOptions, type RunningRedis, startRedis } from './redis.js';
import { givePasswords, passwordsOf } from './redis-access.js';
import { askRedis } from './redis-wire.js';

const SLOTS = 16_384;
const PRIMARIES_DEFAULT = 3;
/** Short, so that a node that died is known to be dead soon; Redis waits another two seconds before a new one serves. */
const NODE_TIMEOUT_MS = 2000;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
/** What `lua/acl/users.conf` says that engines need more on a cluster. */
const MORE_RIGHTS = '+cluster|slots +asking';
const PORT_ATTEMPTS = 5;

/** How to run a private Redis Cluster; `directory` gets one folder a node. */
export interface RedisClusterOptions extends Omit<RedisOptions, 'port'> {
  /** Default 3. */
  readonly primaries?: number;
}

/** A Redis Cluster this process started and looks after: primaries without replicas, each with its share of the slots. */
export interface RunningRedisCluster {
  /** All nodes, separated by commas. */
  readonly url: string;
  readonly nodes: readonly RunningRedis[];
  stop(): Promise<void>;
}

/**
 * Starts the primaries of a private cluster and waits until every one of them serves its slots. A node that is down takes only
 * its own slots with it. Throws when one does not come up.
 */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RunningRedisCluster> {
  const { primaries = PRIMARIES_DEFAULT, directory, ...given } = options;
  const rest = { moreRights: MORE_RIGHTS, ...given };
  // A client logs in to each node with what it was given for the first one.
  mkdirSync(directory, { recursive: true });
  const passwords = passwordsOf(directory);
  const starts = await Promise.allSettled(
    Array.from({ length: primaries }, async (_, index) => {
      const place = join(directory, `node-${index}`);
      mkdirSync(place, { recursive: true });
      givePasswords(place, passwords);
      return await startNode(rest, place);
    }),
  );
  const nodes = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map(({ redis }) => redis.stop()));
  };
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    await introduce(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  const redises = nodes.map(({ redis }) => redis);
  return { url: redises.map(({ url }) => url).join(','), nodes: redises, stop };
}

interface ClusterNode {
  readonly redis: RunningRedis;
  readonly busPort: number;
}

async function startNode(options: Omit<RedisOptions, 'directory'>, directory: string): Promise<ClusterNode> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, directory);
    } catch (error) {
      // Somebody took the port of the bus before the node did.
      if (attempt === PORT_ATTEMPTS || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOnce(options: Omit<RedisOptions, 'directory'>, directory: string): Promise<ClusterNode> {
  const busPort = await freePort();
  const extra = {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
    'cluster-require-full-coverage': 'no',
    // The default is 10,000 above the port, which for a free port may be beyond all ports.
    'cluster-port': String(busPort),
    ...options.extra,
  };
  return { redis: await startRedis({ ...options, directory, extra }), busPort };
}

async function introduce(nodes: readonly ClusterNode[]): Promise<void> {
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, node] of nodes.entries()) {
    const last = Math.min((index + 1) * share, SLOTS) - 1;
    await order(node, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
    await order(node, `CLUSTER ADDSLOTSRANGE ${index * share} ${last}`);
  }
  // Everybody meets everybody: gossip alone takes seconds to get around.
  for (const node of nodes) {
    for (const other of nodes) {
      if (other !== node) await order(node, `CLUSTER MEET ${LOOPBACK} ${other.redis.port} ${other.busPort}`);
    }
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await Promise.all(nodes.map((node) => hasJoined(node, nodes.length)))).every(Boolean)) {
    if (Date.now() > deadline) throw new Error('the nodes of the Redis Cluster did not find each other');
    await delay(POLL_MS);
  }
}

async function hasJoined({ redis }: ClusterNode, size: number): Promise<boolean> {
  const info = await askRedis({ port: redis.port }, 'CLUSTER INFO');
  return (
    /^cluster_state:ok/m.test(info) &&
    info.includes(`cluster_slots_ok:${SLOTS}`) &&
    info.includes(`cluster_size:${size}`)
  );
}

async function order({ redis }: ClusterNode, command: string): Promise<void> {
  const answer = await askRedis({ port: redis.port }, command);
  if (answer.startsWith('-')) throw new Error(`${command}: ${answer}`);
}
