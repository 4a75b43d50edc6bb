import type { StockCall, StockCallResult } from '../domain/stock-call.js';
import type { StockNode, StockNodes } from './cluster-nodes.js';
import { hostOf, parseRedirection } from './cluster-slots.js';
import { isFunctionMissing } from './errors.js';
import type { RawReply } from './pipeline.js';

/** Redirections one call follows before it is left to its caller: a map that changes under every step is not worth chasing. */
const HOPS_MAX = 5;

/** What the calls of a cluster need of the store: one write to one node, and the end of a call. */
export interface NodeCalls {
  /** Never rejects; index-aligned. `asking`: the node is only taking over the slot. */
  send(node: StockNode, calls: readonly StockCall[], asking: boolean): Promise<readonly RawReply[]>;
  resultOf(call: StockCall, reply: RawReply): StockCallResult;
  /** Loads the function library; answers why the calls could not be made, if so. */
  reload(node: StockNode): Promise<StockCallResult | undefined>;
}

/** A call on its way to a node. */
interface Leg {
  readonly index: number;
  readonly node: StockNode | undefined;
  readonly asking: boolean;
}

/**
 * Makes calls on the nodes that have their partitions, one write a node. MOVED, ASK and a missing library say that a call
 * certainly did not happen: it goes on to where they point, a bounded number of times. What was written to a connection that
 * broke is never sent again here.
 */
export class ClusterCalls {
  readonly #nodes: StockNodes;
  readonly #parts: NodeCalls;
  /** By partition: who answered last, and how often that was another one than before. */
  readonly #answered: StockNode[] = [];
  readonly #journeys: number[] = [];

  constructor(nodes: StockNodes, parts: NodeCalls) {
    this.#nodes = nodes;
    this.#parts = parts;
  }

  /** How often calls of the partition began to be answered by another node. */
  journeysOf(partition: number): number {
    return this.#journeys[partition] ?? 0;
  }

  async execute(calls: readonly StockCall[]): Promise<readonly StockCallResult[]> {
    const results = new Array<StockCallResult>(calls.length);
    let legs: readonly Leg[] = calls.map(({ partition }, index) => ({
      index,
      node: this.#nodes.find(partition),
      asking: false,
    }));
    for (let hop = 0; hop < HOPS_MAX && legs.length > 0; hop += 1) {
      const left = await Promise.all(groups(legs).map((group) => this.#deliver(calls, group, results)));
      legs = left.flat();
    }
    const reason = 'the partition is moving between nodes';
    for (const { index } of legs) results[index] = { kind: 'not_sent', reason, passing: true };
    return results;
  }

  /** Answers the legs that go on elsewhere; all others have their result. */
  async #deliver(
    calls: readonly StockCall[],
    legs: readonly Leg[],
    results: StockCallResult[],
  ): Promise<readonly Leg[]> {
    const { node, asking } = legs[0]!;
    const refusal = node === undefined ? this.#nowhere() : refusalOf(node);
    if (node === undefined || refusal !== undefined) {
      for (const { index } of legs) results[index] = refusal!;
      return [];
    }
    const replies = await this.#parts.send(
      node,
      legs.map(({ index }) => calls[index]!),
      asking,
    );
    const onward: Leg[] = [];
    const missing: Leg[] = [];
    for (const [position, leg] of legs.entries()) {
      const reply = replies[position]!;
      const next = reply instanceof Error ? this.#redirected(leg, node, reply) : undefined;
      if (next !== undefined) onward.push(next);
      else if (reply instanceof Error && isFunctionMissing(reply)) missing.push(leg);
      else {
        const call = calls[leg.index]!;
        this.#note(call.partition, node);
        results[leg.index] = this.#parts.resultOf(call, reply);
      }
    }
    if (missing.length === 0) return onward;
    const failure = await this.#parts.reload(node);
    if (failure === undefined) return [...onward, ...missing];
    for (const { index } of missing) results[index] = failure;
    return onward;
  }

  #note(partition: number, node: StockNode): void {
    if (this.#answered[partition] === node) return;
    this.#answered[partition] = node;
    this.#journeys[partition] = this.journeysOf(partition) + 1;
  }

  #redirected(leg: Leg, from: StockNode, error: Error): Leg | undefined {
    const redirection = parseRedirection(error.message, hostOf(from.address));
    if (redirection === undefined) return undefined;
    return {
      index: leg.index,
      node: this.#nodes.redirect(redirection),
      asking: redirection.kind === 'ask',
    };
  }

  #nowhere(): StockCallResult {
    const { state } = this.#nodes;
    if (state.state === 'down') return { kind: 'not_sent', reason: state.reason };
    void this.#nodes.refresh().catch(() => undefined);
    return { kind: 'not_sent', reason: 'no node has the partition yet', passing: true };
  }
}

/** One that was only just heard of connects in a moment; any other that is not ready is down. */
function refusalOf({ connection, address }: StockNode): StockCallResult | undefined {
  if (connection.isReady) return undefined;
  const { state } = connection;
  if (state.state === 'down') return { kind: 'not_sent', reason: `${address} is down: ${state.reason}` };
  return { kind: 'not_sent', reason: `${address} is not connected yet`, passing: true };
}

function groups(legs: readonly Leg[]): readonly (readonly Leg[])[] {
  const byPlace = new Map<string, Leg[]>();
  for (const leg of legs) {
    const place = `${leg.node?.address} ${leg.asking}`;
    const group = byPlace.get(place);
    if (group === undefined) byPlace.set(place, [leg]);
    else group.push(leg);
  }
  return [...byPlace.values()];
}
