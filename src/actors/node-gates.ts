import type { StockStore } from '../domain/stock-call.js';
import { type EngineCall, type FlushTimes, GroupCommit, type GroupCommitOptions } from './group-commit.js';
import type { Submission } from './submission.js';

export interface NodeGatesOptions<Ticket> extends Omit<GroupCommitOptions<Ticket>, 'flushed'> {
  /** After every answer of a flush was settled. `atOnce`: how many nodes were at work, this one included. */
  readonly flushed: (commands: number, times: FlushTimes, atOnce: number) => void;
}

/**
 * One gate for each node of the stock store, so that a slow or absent node holds up nothing on the others. What waits in a gate
 * while its partition moves to another node leaves with that gate's next flush: the store knows where to send it.
 */
export class NodeGates<Ticket> {
  readonly #options: NodeGatesOptions<Ticket>;
  readonly #store: StockStore;
  readonly #gates: GroupCommit<Ticket>[] = [];

  constructor(options: NodeGatesOptions<Ticket>) {
    this.#options = options;
    this.#store = options.store;
  }

  /** Commands that wait for a flush. */
  get queued(): number {
    let commands = 0;
    for (const gate of this.#gates) commands += gate.queued;
    return commands;
  }

  /** Commands in the flushes under way. */
  get inFlight(): number {
    let commands = 0;
    for (const gate of this.#gates) commands += gate.inFlight;
    return commands;
  }

  enqueue(submission: Submission<Ticket>): void {
    this.#gateOf(submission.partition).enqueue(submission);
  }

  enqueueEngineCall(call: EngineCall): void {
    this.#gateOf(call.partition).enqueueEngineCall(call);
  }

  *itemsInFlight(): Iterable<Submission<Ticket>> {
    for (const gate of this.#gates) yield* gate.itemsInFlight();
  }

  *itemsQueued(): Iterable<Submission<Ticket>> {
    for (const gate of this.#gates) yield* gate.itemsQueued();
  }

  #gateOf(partition: number): GroupCommit<Ticket> {
    const node = this.#store.nodeOf?.(partition) ?? 0;
    return this.#gates[node] ?? this.#open(node);
  }

  /** Numbers of nodes are small and reused, so gates are few; those before this one are opened with it. */
  #open(node: number): GroupCommit<Ticket> {
    const { flushed } = this.#options;
    while (this.#gates.length <= node) {
      this.#gates.push(
        new GroupCommit({
          ...this.#options,
          flushed: (commands, times) => flushed(commands, times, this.#atWork()),
        }),
      );
    }
    return this.#gates[node]!;
  }

  #atWork(): number {
    let atWork = 1;
    for (const gate of this.#gates) if (gate.inFlight > 0) atWork += 1;
    return Math.min(atWork, this.#gates.length);
  }
}
