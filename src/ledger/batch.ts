import { CHANGE_KINDS, type ChangeKind } from '../domain/event.js';
import { digestOfStored } from '../events/digest.js';
import {
  CHANGE_WIDTH,
  ChangeField,
  LAST_HOLD_KIND,
  SKU_WIDTH,
  SkuField,
  type StoredEvent,
} from '../events/stored-event.js';

/** One stream entry on its way to Postgres. `event` is missing where its bytes could not be read. */
export interface LedgerEvent {
  readonly partition: number;
  readonly seq: number;
  readonly bytes: Buffer;
  readonly content:
    | { readonly kind: 'event'; readonly event: StoredEvent }
    | { readonly kind: 'corrupt'; readonly detail: string };
}

export interface PositionMove {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  /** Redis time of the last event, milliseconds. */
  readonly at: number;
}

/** Rows of one transaction as columns: index-aligned arrays, one of them for each SQL column. */
export class LedgerBatch {
  readonly positions: readonly PositionMove[];
  /** Rows of history, which is what a batch's size is measured in. */
  rows = 0;
  readonly events = {
    partition: [] as number[],
    seq: [] as number[],
    at: [] as number[],
    digest: [] as Buffer[],
  };
  readonly skus = new Map<string, SkuRow>();
  /** `event` and `endedBy` count the batch's events from 1 (0: not ended), as Postgres counts arrays. */
  readonly newHolds = {
    holdId: [] as string[],
    event: [] as number[],
    sku: [] as string[],
    buyer: [] as string[],
    quantity: [] as number[],
    expiresAt: [] as number[],
    state: [] as number[],
    endedBy: [] as number[],
    paymentRef: [] as string[],
  };
  readonly endedHolds = {
    holdId: [] as string[],
    state: [] as number[],
    endedBy: [] as number[],
    paymentRef: [] as string[],
  };
  readonly holdHistory = {
    event: [] as number[],
    ordinal: [] as number[],
    kind: [] as number[],
    units: [] as number[],
    sku: [] as string[],
    holdId: [] as string[],
    requestId: [] as (string | null)[],
    keyId: [] as (string | null)[],
    clientAddress: [] as (string | null)[],
    detail: [] as string[],
  };
  readonly skuHistory: SkuHistoryRow[] = [];
  /** Where in `newHolds` a hold made in this batch is, so that its end becomes part of the same insert. */
  readonly #made = new Map<string, number>();

  /** `events`: contiguous within each partition, in order. None of them corrupt. */
  constructor(events: readonly LedgerEvent[]) {
    this.positions = movesOf(events);
    for (const { content } of events) {
      if (content.kind === 'corrupt') throw new UnwritableEvent('corrupt', content.detail);
      this.#addEvent(content.event);
    }
  }

  #addEvent(event: StoredEvent): void {
    const { events } = this;
    events.partition.push(event.partition);
    events.seq.push(event.seq);
    events.at.push(event.at);
    events.digest.push(digestOfStored(event));
    for (let base = 0; base < event.skus.length; base += SKU_WIDTH) {
      this.skus.set(event.skus[base] as string, { event, base });
    }
    const number = events.seq.length;
    const { changes } = event;
    for (let base = 0; base < changes.length; base += CHANGE_WIDTH) {
      const skuBase = ((changes[base + ChangeField.sku] as number) - 1) * SKU_WIDTH;
      if ((changes[base] as number) <= LAST_HOLD_KIND) this.#addHoldChange(event, number, base, skuBase);
      else this.#addSkuChange(event, number, base, skuBase);
    }
    this.rows += changes.length / CHANGE_WIDTH;
  }

  #addHoldChange(event: StoredEvent, number: number, base: number, skuBase: number): void {
    const { changes } = event;
    const kind = changes[base] as number;
    const sku = event.skus[skuBase] as string;
    const holdId = changes[base + ChangeField.holdId] as string;
    const units = changes[base + ChangeField.units] as number;
    const detail = changes[base + ChangeField.detail] as string;
    const { holdHistory: history, newHolds } = this;
    history.event.push(number);
    history.ordinal.push(base / CHANGE_WIDTH);
    history.kind.push(kind);
    history.units.push(units);
    history.sku.push(sku);
    history.holdId.push(holdId);
    history.detail.push(detail);
    this.#pushActor(changes[base + ChangeField.actor] as string);
    if (kind !== 0) {
      this.#endHold(holdId, kind, number, detail);
      return;
    }
    this.#made.set(holdId, newHolds.holdId.length);
    newHolds.holdId.push(holdId);
    newHolds.event.push(number);
    newHolds.sku.push(sku);
    newHolds.buyer.push(changes[base + ChangeField.buyer] as string);
    newHolds.quantity.push(units);
    newHolds.expiresAt.push(changes[base + ChangeField.deadline] as number);
    newHolds.state.push(0);
    newHolds.endedBy.push(0);
    newHolds.paymentRef.push('');
  }

  #endHold(holdId: string, kind: number, number: number, detail: string): void {
    const { newHolds, endedHolds } = this;
    const made = this.#made.get(holdId);
    if (made === undefined) {
      endedHolds.holdId.push(holdId);
      endedHolds.state.push(kind);
      endedHolds.endedBy.push(number);
      endedHolds.paymentRef.push(detail);
      return;
    }
    if (newHolds.state[made] !== 0) throw new UnwritableEvent('ended_twice', `hold ${holdId} ended twice`);
    newHolds.state[made] = kind;
    newHolds.endedBy[made] = number;
    newHolds.paymentRef[made] = detail;
  }

  #pushActor(actor: string): void {
    const { requestId, keyId, clientAddress } = this.holdHistory;
    const first = actor.indexOf('|');
    const second = first === -1 ? -1 : actor.indexOf('|', first + 1);
    if (second === -1) {
      requestId.push(NAMELESS.has(actor) ? null : actor);
      keyId.push(null);
      clientAddress.push(null);
      return;
    }
    requestId.push(actor.slice(0, first));
    keyId.push(actor.slice(first + 1, second));
    clientAddress.push(actor.slice(second + 1));
  }

  #addSkuChange(event: StoredEvent, number: number, base: number, skuBase: number): void {
    const { changes, skus } = event;
    const kind = CHANGE_KINDS[changes[base] as number]!;
    const actor = changes[base + ChangeField.actor] as string;
    const detail = changes[base + ChangeField.detail] as string;
    const changesState = kind === 'opened' || kind === 'paused' || kind === 'closed';
    const parts = actor.split('|');
    this.skuHistory.push({
      event: number,
      ordinal: base / CHANGE_WIDTH,
      kind,
      cause: actor === 'schedule' ? 'schedule' : CAUSES[kind],
      units: changes[base + ChangeField.units] as number,
      sku: skus[skuBase] as string,
      adjustmentId: changes[base + ChangeField.holdId] as string,
      fromState: changesState ? detail : null,
      toState: changesState ? TO_STATES[kind] : kind === 'defined' ? 'scheduled' : null,
      requestId: NAMELESS.has(actor) ? null : parts[0]!,
      keyId: parts[1] ?? null,
      clientAddress: parts[2] ?? null,
      detail,
      total: skus[skuBase + SkuField.total] as number,
      reserved: skus[skuBase + SkuField.reserved] as number,
    });
  }
}

/** An event that says something that cannot be, found before Postgres was asked. */
export class UnwritableEvent extends Error {
  override readonly name = 'UnwritableEvent';
  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Actors that stand for nobody: the cause says as much. */
const NAMELESS: ReadonlySet<string> = new Set(['expiry', 'schedule', 'repair']);

/** The newest view of a SKU in a batch: where it lies. */
export interface SkuRow {
  readonly event: StoredEvent;
  readonly base: number;
}

type SkuChangeKind = Exclude<ChangeKind, 'held' | 'confirmed' | 'released' | 'expired'>;

export interface SkuHistoryRow {
  readonly event: number;
  readonly ordinal: number;
  readonly kind: ChangeKind;
  readonly cause: string;
  readonly units: number;
  readonly sku: string;
  /** Empty where the change is no adjustment. */
  readonly adjustmentId: string;
  readonly fromState: string | null;
  readonly toState: string | null;
  readonly requestId: string | null;
  readonly keyId: string | null;
  readonly clientAddress: string | null;
  readonly detail: string;
  readonly total: number;
  readonly reserved: number;
}

const CAUSES: Readonly<Record<ChangeKind, string>> = {
  held: 'hold',
  confirmed: 'confirm',
  released: 'release',
  expired: 'expiry',
  defined: 'define',
  patched: 'patch',
  opened: 'open',
  paused: 'pause',
  closed: 'close',
  adjusted: 'adjust',
  repaired: 'repair',
};

const TO_STATES = { opened: 'open', paused: 'paused', closed: 'closed' } as const satisfies Partial<
  Record<SkuChangeKind, string>
>;

function movesOf(events: readonly LedgerEvent[]): readonly PositionMove[] {
  const moves = new Map<number, PositionMove>();
  for (const { partition, seq, content } of events) {
    const from = moves.get(partition)?.from ?? seq - 1;
    const at = content.kind === 'event' ? content.event.at : 0;
    moves.set(partition, { partition, from, to: seq, at });
  }
  return [...moves.values()];
}
