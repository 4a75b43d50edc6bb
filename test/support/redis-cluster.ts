import { Redis } from 'ioredis';
import type { Test } from 'tap';
import type { RunningRedis } from '../../src/services/redis.js';
import {
  type RedisClusterOptions,
  type RunningRedisCluster,
  startRedisCluster,
} from '../../src/services/redis-cluster.js';
import { parseSlots, slotOfPartition } from '../../src/stock/cluster-slots.js';
import { keysOf } from '../../src/stock/encode.js';
import { temporaryDirectory } from './directories.js';
import { until } from './until.js';

/** A private cluster of three durable primaries, for this test only; stopped and removed when `t` ends. */
export async function freshCluster(
  t: Test,
  options: Partial<RedisClusterOptions> = {},
): Promise<RunningRedisCluster> {
  const cluster = await startRedisCluster({ directory: temporaryDirectory(t, 'cluster'), ...options });
  t.teardown(() => cluster.stop());
  return cluster;
}

/** An operator's connections to all nodes, and the ways to move partitions between them. */
export class ClusterOperator {
  readonly #clients: ReadonlyMap<RunningRedis, Redis>;
  readonly nodes: readonly RunningRedis[];

  constructor(t: Test, cluster: RunningRedisCluster) {
    this.nodes = cluster.nodes;
    this.#clients = new Map(
      cluster.nodes.map((node) => {
        // A node that a test has killed stays away: what is asked of it fails soon.
        const client = new Redis(node.url, { maxRetriesPerRequest: 3 });
        client.on('error', () => undefined);
        t.teardown(() => client.disconnect());
        return [node, client];
      }),
    );
  }

  /** Ends what is under way, too: it fails. */
  close(): void {
    for (const client of this.#clients.values()) client.disconnect();
  }

  client(node: RunningRedis): Redis {
    return this.#clients.get(node)!;
  }

  /** The node that serves the partition now, as `asked` (default: the first) sees it. */
  async nodeOf(partition: number, asked: RunningRedis = this.nodes[0]!): Promise<RunningRedis> {
    const slot = slotOfPartition(partition);
    const ranges = parseSlots(await this.client(asked).call('CLUSTER', 'SLOTS'), '127.0.0.1');
    const range = ranges.find(({ from, to }) => from <= slot && slot <= to);
    const port = Number(range?.primary.split(':')[1]);
    const node = this.nodes.find((candidate) => candidate.port === port);
    if (node === undefined) throw new Error(`no node serves partition ${partition}`);
    return node;
  }

  /** The first step of moving a partition: from here on what is missing at `from` is asked of `to`. */
  async beginMove(partition: number, from: RunningRedis, to: RunningRedis): Promise<void> {
    const slot = slotOfPartition(partition);
    const [fromId, toId] = await Promise.all([this.#idOf(from), this.#idOf(to)]);
    await this.client(to).call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await this.client(from).call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
  }

  /** Carries these keys over, by default all of the partition's: together, so that no call meets half of them. */
  async carry(
    from: RunningRedis,
    to: RunningRedis,
    partition: number,
    keys = keysOf(partition),
  ): Promise<void> {
    await this.client(from).call('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys);
  }

  /** The last step: everybody is told whose the slot is, the new owner first. */
  async endMove(partition: number, to: RunningRedis): Promise<void> {
    const slot = slotOfPartition(partition);
    const id = await this.#idOf(to);
    for (const node of [to, ...this.nodes.filter((other) => other !== to)]) {
      await this.client(node).call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    }
  }

  async move(partition: number, to: RunningRedis): Promise<void> {
    const from = await this.nodeOf(partition);
    if (from === to) return;
    await this.beginMove(partition, from, to);
    await this.carry(from, to, partition);
    await this.endMove(partition, to);
    await until(() => this.#isSettled(partition, to), { what: `partition ${partition} moved` });
  }

  /**
   * Whether all nodes know the new owner, and its epoch, which they learn by gossip. A slot that is moved on before that may get two
   * owners of one epoch, each of which sends callers to the other for seconds.
   */
  async #isSettled(partition: number, to: RunningRedis): Promise<boolean> {
    const epoch = await this.#epoch(to, 'cluster_my_epoch');
    const agree = await Promise.all(
      this.nodes.map(
        async (node) =>
          (await this.nodeOf(partition, node)) === to &&
          (await this.#epoch(node, 'cluster_current_epoch')) >= epoch,
      ),
    );
    return agree.every(Boolean);
  }

  async #epoch(node: RunningRedis, name: 'cluster_my_epoch' | 'cluster_current_epoch'): Promise<number> {
    const info = String(await this.client(node).call('CLUSTER', 'INFO'));
    return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  }

  async #idOf(node: RunningRedis): Promise<string> {
    return String(await this.client(node).call('CLUSTER', 'MYID'));
  }
}
