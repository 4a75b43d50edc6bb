import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import type { RunningRedis } from '../../src/services/redis.js';
import type { RunningRedisCluster } from '../../src/services/redis-cluster.js';
import { slotOfPartition } from '../../src/stock/cluster-slots.js';
import { ClusterOperator } from './redis-cluster.js';
import { until } from './until.js';

/** Partitions of most tests. */
const PARTITIONS = 16;
const PAUSE_MS = 100;
/** Keys of a partition in which nothing was ever put on sale: `meta`. */
const KEYS_OF_EMPTY = 1;
/** Where a run on a cluster counts its migrations, set by `npm test -- --cluster`: a line a cluster, `FILE MIGRATIONS`. */
const COUNT_VARIABLE = 'HOLDFAST_TEST_MIGRATIONS';

/** An operator without rest: moves one partition after the other to the next node, until it is stopped. */
export class ClusterMover {
  readonly #operator: ClusterOperator;
  readonly #over: Promise<void>;
  #end: () => void = () => undefined;
  #isOver = false;
  #isHalted = false;
  #isMoving = false;
  /** The partition that is on its way. */
  #unfinished: number | undefined;
  /** Migrations that were completed. */
  migrations = 0;

  constructor(t: Test, cluster: RunningRedisCluster) {
    this.#operator = new ClusterOperator(t, cluster);
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(): void {
    void this.#move();
  }

  /** In the middle of a move if need be: the cluster is not used any more. */
  stop(): void {
    this.#isOver = true;
    this.#end();
    this.#operator.close();
    const file = process.env[COUNT_VARIABLE] ?? '';
    if (file !== '')
      appendFileSync(file, `${relative(process.cwd(), process.argv[1] ?? '')} ${this.migrations}\n`);
  }

  /** From its end on every slot is at home, until `goOn`: for a test that looks into the nodes or exchanges their files. */
  async halt(): Promise<void> {
    this.#isHalted = true;
    await until(() => !this.#isMoving, { what: 'the migration under way to end' });
  }

  goOn(): void {
    this.#isHalted = false;
  }

  /** Until one more migration is completed; at once where the test has stopped them. */
  async another(): Promise<void> {
    if (this.#isHalted) return;
    const before = this.migrations;
    await until(() => this.migrations > before, { what: 'a slot migration' });
  }

  async #move(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      if (!this.#isHalted) {
        this.#isMoving = true;
        // A command that waits for a node to come back is never answered once its connection is closed: nobody waits for it.
        await Promise.race([this.#step(turn), this.#over]);
        this.#isMoving = false;
      }
      await delay(PAUSE_MS);
    }
  }

  async #step(turn: number): Promise<void> {
    const { nodes } = this.#operator;
    // A test may kill its nodes: then a move fails, and what it left half done is the first thing to do once they are back.
    try {
      this.#unfinished ??= await this.#choose(turn);
      const from = await this.#operator.nodeOf(this.#unfinished);
      await this.#operator.move(this.#unfinished, nodes[(nodes.indexOf(from) + 1) % nodes.length]!);
      this.#unfinished = undefined;
      this.migrations += 1;
    } catch {
      // Nothing to do but go on.
    }
  }

  /** Every second turn is for a partition in which something is sold: there the buyers are. */
  async #choose(turn: number): Promise<number> {
    const round = Math.floor(turn / 2);
    if (turn % 2 === 0) return round % PARTITIONS;
    const counts = await Promise.all(this.#operator.nodes.map((node) => this.#keysAt(node)));
    const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const busy = all.filter((partition) => counts.some((keys) => keys[partition]! > KEYS_OF_EMPTY));
    return busy.length === 0 ? turn % PARTITIONS : busy[round % busy.length]!;
  }

  async #keysAt(node: RunningRedis): Promise<readonly number[]> {
    const client = this.#operator.client(node);
    const ask = (partition: number): Promise<unknown> =>
      client.call('CLUSTER', 'COUNTKEYSINSLOT', slotOfPartition(partition));
    return (await Promise.all(Array.from({ length: PARTITIONS }, (_, partition) => ask(partition)))).map(
      Number,
    );
  }
}
