import type { StockChange, StockEvent } from '../../src/domain/event.js';
import { type Hold, isLegalHoldTransition } from '../../src/domain/hold.js';
import { isConserved, type SkuDefinition, type SkuView } from '../../src/domain/sku.js';

export const LIVE_IDS_MAX = 16;
const ID_LENGTH = 28;

export type MutableSku = { -readonly [Field in keyof SkuView]: SkuView[Field] };

export interface BuyerRecord {
  readonly units: number;
  /** Newest last. */
  readonly live: readonly string[];
}

export interface Adjustment {
  readonly sku: string;
  readonly delta: number;
  readonly reason: string;
}

/** A change before the event exists: the SKU by name instead of by place. */
type PendingChange = StockChange extends infer Change
  ? Change extends StockChange
    ? Omit<Change, 'skuIndex'> & { readonly sku: string }
    : never
  : never;

/** What one partition of the store holds, as the function library is documented to keep it. */
export class ModelPartition {
  seq = 0;
  /** Highest time used by a call that changed something, ms. */
  last: number;
  trimmed = 0;
  readonly skus = new Map<string, MutableSku>();
  readonly definitions = new Map<string, SkuDefinition>();
  readonly holds = new Map<string, Hold>();
  readonly buyers = new Map<string, BuyerRecord>();
  readonly adjustments = new Map<string, Adjustment>();
  /** Member, as lua/README.md forms them, to the time it is due. */
  readonly deadlines = new Map<string, number>();
  /** Live holds whose units are withheld when they end unpaid. */
  readonly withholding = new Set<string>();
  /** Those not trimmed. */
  events: StockEvent[] = [];

  constructor(
    readonly partition: number,
    /** Below zero while it is sealed. */
    public epoch: number,
    now: number,
  ) {
    this.last = now;
  }

  /** Members due at `now` or, without it, all, in the order of a sorted set. */
  dueMembers(now = Number.POSITIVE_INFINITY): string[] {
    return [...this.deadlines]
      .filter(([, at]) => at <= now)
      .sort(([a, atA], [b, atB]) => atA - atB || (a < b ? -1 : 1))
      .map(([member]) => member);
  }

  nextDue(): number {
    return this.deadlines.size === 0 ? 0 : Math.min(...this.deadlines.values());
  }
}

export function buyerKey(hold: { readonly sku: string; readonly buyerId: string }): string {
  return `${hold.sku}|${hold.buyerId}`;
}

export function idsOf(member: string): string[] {
  const ids: string[] = [];
  const text = member.startsWith('E') ? member.slice(member.indexOf(':') + 1) : member.slice(1);
  for (let at = 0; at < text.length; at += ID_LENGTH) ids.push(text.slice(at, at + ID_LENGTH));
  return ids;
}

/** One call under way on one partition. */
export class ModelCall {
  readonly now: number;
  readonly #touched = new Set<MutableSku>();
  readonly #changes: PendingChange[] = [];

  constructor(
    readonly partition: ModelPartition,
    clock: number,
  ) {
    this.now = Math.max(clock, partition.last);
  }

  get isChanged(): boolean {
    return this.#changes.length > 0;
  }

  /** The SKU, noted as touched. */
  touch(name: string): MutableSku | undefined {
    const sku = this.partition.skus.get(name);
    if (sku !== undefined) this.#touched.add(sku);
    return sku;
  }

  change(change: PendingChange): void {
    this.#changes.push(change);
  }

  settleSchedule(sku: MutableSku): void {
    const isDue = (at: number): boolean => at > 0 && at <= this.now;
    if (sku.state === 'scheduled' && isDue(sku.opensAt)) {
      sku.state = 'open';
      this.change({ kind: 'opened', sku: sku.sku, from: 'scheduled', actor: 'schedule' });
    }
    if (sku.state !== 'closed' && isDue(sku.closesAt)) {
      const from = sku.state;
      sku.state = 'closed';
      this.change({ kind: 'closed', sku: sku.sku, from, actor: 'schedule' });
    }
  }

  schedule(prefix: 'O' | 'C', sku: string, at: number): void {
    if (at > 0) this.partition.deadlines.set(prefix + sku, at);
    else this.partition.deadlines.delete(prefix + sku);
  }

  isOverdue(hold: Hold): boolean {
    return hold.state === 'held' && hold.expiresAt <= this.now;
  }

  /** Ends a held hold and answers it. */
  end(
    hold: Hold,
    to: { state: 'confirmed'; paymentRef: string } | { state: 'released' | 'expired' },
    actor: string,
  ): Hold {
    if (!isLegalHoldTransition(hold.state, to.state)) throw new Error(`${hold.state} to ${to.state}`);
    const sku = this.partition.skus.get(hold.sku)!;
    const { holdId, buyerId, quantity, expiresAt } = hold;
    const ended: Hold = { holdId, sku: hold.sku, buyerId, quantity, expiresAt, endedAt: this.now, ...to };
    sku.held -= quantity;
    if (to.state === 'confirmed') sku.sold += quantity;
    else if (!this.partition.withholding.has(holdId)) sku.available += quantity;
    this.partition.holds.set(holdId, ended);
    this.#endForBuyer(ended);
    const paymentRef = to.state === 'confirmed' ? to.paymentRef : '';
    this.change({ kind: to.state, sku: hold.sku, holdId, buyerId, quantity, paymentRef, actor });
    if (this.partition.withholding.delete(holdId) && to.state !== 'confirmed') this.#withhold(sku, quantity);
    return ended;
  }

  #withhold(sku: MutableSku, quantity: number): void {
    const detail = JSON.stringify({ reserved: [sku.reserved, sku.reserved + quantity] });
    sku.reserved += quantity;
    this.change({ kind: 'patched', sku: sku.sku, detail, actor: 'recovery' });
  }

  #endForBuyer(hold: Hold): void {
    const key = buyerKey(hold);
    const record = this.partition.buyers.get(key)!;
    const units = record.units - (hold.state === 'confirmed' ? 0 : hold.quantity);
    if (units === 0) this.partition.buyers.delete(key);
    else this.partition.buyers.set(key, { units, live: record.live.filter((id) => id !== hold.holdId) });
  }

  expireIfOverdue(hold: Hold): Hold {
    return this.isOverdue(hold) ? this.end(hold, { state: 'expired' }, 'expiry') : hold;
  }

  /** Makes the changes one event. */
  commit(): void {
    if (!this.isChanged) return;
    const { partition } = this;
    partition.seq += 1;
    partition.last = this.now;
    const names = [...new Set(this.#changes.map((change) => change.sku))];
    const skus = names.map((name) => ({ ...partition.skus.get(name)! }));
    for (const view of skus) if (!isConserved(view)) throw new Error(`${view.sku} is not conserved`);
    const changes = this.#changes.map(({ sku, ...change }) => ({ ...change, skuIndex: names.indexOf(sku) }));
    partition.events.push({
      epoch: partition.epoch,
      partition: partition.partition,
      seq: partition.seq,
      at: this.now,
      skus,
      changes: changes as StockChange[],
    });
  }

  /** Views as a reply has them: changed ones first, in the order of their first change. */
  views(): SkuView[] {
    const changed = [...new Set(this.#changes.map((change) => change.sku))];
    const rest = [...this.#touched].map((sku) => sku.sku).filter((name) => !changed.includes(name));
    return [...changed, ...rest].map((name) => ({ ...this.partition.skus.get(name)! }));
  }
}
