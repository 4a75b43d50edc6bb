import type { StockEvent } from '../domain/event.js';
import { fingerprintOf } from '../domain/hold-id.js';
import type { SharedState } from '../domain/shared-state.js';
import type { SkuView } from '../domain/sku.js';
import type { StockReply } from '../domain/stock-call.js';
import type { SkuActor } from './actor.js';
import type { FlushTimes } from './group-commit.js';
import type { Outlet } from './outlet.js';
import type { PartitionView } from './partition-view.js';
import type { RedisClocks } from './redis-clock.js';
import type { SkuDirectory } from './sku-directory.js';

/** Most fingerprints in one list to the gateway. */
const LIST_MAX = 4096;

export interface IntakeOptions<Ticket> {
  readonly redisClocks: RedisClocks;
  readonly shared: SharedState;
  readonly directory: SkuDirectory<Ticket>;
  readonly views: ReadonlyMap<number, PartitionView>;
  readonly outlet: Outlet<Ticket>;
  /** Something is due in the partition at this Redis time. */
  readonly due: (partition: number, at: number) => void;
}

/**
 * The one way by which anything learnt from the store gets into the views: replies of every kind, and events of other
 * engines. It keeps the order that the board relies on: first whether the partition is current, then keys, then rows,
 * then the stamp.
 */
export class Intake<Ticket> {
  readonly #options: IntakeOptions<Ticket>;
  /** Actors whose view changed while submissions wait in them. */
  readonly #stirred = new Set<SkuActor<Ticket>>();

  constructor(options: IntakeOptions<Ticket>) {
    this.#options = options;
  }

  reply(partition: number, reply: StockReply, times: FlushTimes): void {
    const { redisClocks, shared, views } = this.#options;
    const view = views.get(partition)!;
    redisClocks.sample(partition, reply.now, times.sentAt, times.receivedAt);
    shared.raiseSeqSeen(partition, reply.seq);
    view.observe(reply.seq, reply.changed, times.sentAt);
    const { skus } = reply;
    for (let index = 0; index < skus.length; index += 1) this.#view(partition, skus[index]!, reply.seq);
    view.stamp(times.receivedAt);
  }

  /** Events after the view's cursor, contiguous. The view is behind meanwhile, so that no row is trusted before its keys. */
  events(partition: number, events: readonly StockEvent[]): void {
    const { shared, views } = this.#options;
    const view = views.get(partition)!;
    this.keys(partition, keysOf(events));
    for (const event of events) {
      shared.raiseSeqSeen(partition, event.seq);
      for (const sku of event.skus) this.#view(partition, sku, event.seq);
      for (const change of event.changes) {
        if (change.kind === 'held') this.#options.due(partition, change.expiresAt);
      }
      view.cursor = event.seq;
    }
  }

  /** Gives fingerprints to the gateway; its board is not trusted for the partition until it has taken them. */
  keys(partition: number, fingerprints: readonly number[]): void {
    const view = this.#options.views.get(partition)!;
    for (let start = 0; start < fingerprints.length; start += LIST_MAX) {
      const part = fingerprints.slice(start, start + LIST_MAX);
      this.#options.outlet.foreignKeys({ partition, fingerprints: part, list: view.nextList() });
    }
  }

  /** Notes an actor whose queue should be looked at again. */
  stir(actor: SkuActor<Ticket>): void {
    if (actor.waiting > 0) this.#stirred.add(actor);
  }

  /** Actors stirred since the last call. */
  takeStirred(): readonly SkuActor<Ticket>[] {
    if (this.#stirred.size === 0) return [];
    const stirred = [...this.#stirred];
    this.#stirred.clear();
    return stirred;
  }

  #view(partition: number, view: SkuView, seq: number): void {
    const actor = this.#options.directory.accept(partition, view, seq);
    if (actor === undefined) return;
    this.stir(actor);
    if (view.state === 'scheduled' && view.opensAt > 0) this.#options.due(partition, view.opensAt);
    if (view.state !== 'closed' && view.closesAt > 0) this.#options.due(partition, view.closesAt);
  }
}

export function keysOf(events: readonly StockEvent[]): readonly number[] {
  const fingerprints: number[] = [];
  for (const event of events) {
    for (const change of event.changes) {
      if (change.kind === 'held') fingerprints.push(fingerprintOf(change.holdId));
    }
  }
  return fingerprints;
}
