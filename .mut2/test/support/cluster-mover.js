import { setTimeout as delay } from 'node:timers/promises';
import { ClusterOperator } from './redis-cluster.js';
/** Partitions of most tests. */
const PARTITIONS = 16;
const PAUSE_MS = 100;
/** An operator without rest: moves one partition after the other to the next node, until it is stopped. */
export class ClusterMover {
    #operator;
    #isOver = false;
    moves = 0;
    constructor(t, cluster) {
        this.#operator = new ClusterOperator(t, cluster);
    }
    /** Answers what ends it, in the middle of a move if need be: the cluster is not used any more. */
    start() {
        const moving = this.#move();
        return async () => {
            this.#isOver = true;
            this.#operator.close();
            await moving;
        };
    }
    async #move() {
        const { nodes } = this.#operator;
        for (let turn = 0; !this.#isOver; turn += 1) {
            const partition = turn % PARTITIONS;
            // A test may kill its nodes: then a move fails, and what it left half done is taken up at the next turn.
            try {
                const from = await this.#operator.nodeOf(partition);
                await this.#operator.move(partition, nodes[(nodes.indexOf(from) + 1) % nodes.length]);
                this.moves += 1;
            }
            catch {
                // Nothing to do but go on.
            }
            await delay(PAUSE_MS);
        }
    }
}
//# sourceMappingURL=cluster-mover.js.map