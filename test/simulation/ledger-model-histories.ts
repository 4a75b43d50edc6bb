import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { StockChange, StockEvent } from '../../src/domain/event.js';
import type { OwnEvent } from '../../src/domain/own-event.js';
import type { SkuView } from '../../src/domain/sku.js';
import { encodeEvent } from '../../src/events/codec.js';
import { decodeStoredEvent } from '../../src/events/stored-event.js';
import type { LedgerEvent } from '../../src/ledger/batch.js';
import type { LedgerModel } from './ledger-model.js';

export const PARTITIONS = 3;
export const ENGINES = 2;

/** Event times lie long before any wall clock, so that the two can be told apart in a table. */
const EVENTS_BEGIN = Date.UTC(2020, 0, 1);
const HOLD_IDS = 6;
const SKUS = 2;

/** Text that does not compress: too long for an entry of an index. */
const ENDLESS = Array.from({ length: 90 }, (_, index) =>
  createHash('sha256').update(String(index)).digest('base64url'),
).join('');

/** How a step's writing ends on the way: as the model's fates, and as a failure before a statement of the real one. */
export type Cut = 'none' | 'unreachable' | 'cut_before' | 'cut_after';

export type LedgerStep =
  | {
      readonly kind: 'write' | 'race';
      readonly engine: number;
      readonly cut: Cut;
      /** Mostly 0: the epoch that holds. */
      readonly epochBehind: number;
      readonly events: readonly EventPlan[];
    }
  | {
      readonly kind: 'quarantine';
      readonly engine: number;
      readonly cut: Cut;
      readonly epochBehind: number;
      readonly event: EventPlan;
      readonly isReadable: boolean;
      readonly detail: string;
    }
  | { readonly kind: 'read' | 'lead' | 'close'; readonly engine: number }
  | { readonly kind: 'open'; readonly partitions: number; readonly secret: string }
  | { readonly kind: 'mint' | 'ready'; readonly epochBehind: number }
  | { readonly kind: 'acknowledge'; readonly epochBehind: number; readonly seqs: readonly number[] }
  | { readonly kind: 'lose'; readonly epochBehind: number; readonly events: readonly OwnEvent[] };

export interface EventPlan {
  readonly partition: number;
  /** Mostly 0; else a repeat (negative) or a gap. */
  readonly seqOff: number;
  readonly changes: readonly ChangePlan[];
  readonly poison: Poison;
}

interface ChangePlan {
  readonly number: number;
  readonly isLegal: boolean;
  readonly kind: number;
  readonly sku: number;
  readonly units: number;
  readonly actor: string;
}

const POISONS = [
  ...['not_conserved', 'negative', 'too_many', 'overflow', 'beyond_integer', 'endless_sku', 'nul_sku'],
  ...[
    'no_units',
    'units_beyond_integer',
    'paid_release',
    'before_time',
    'nul_hold',
    'endless_hold',
    'nul_actor',
  ],
] as const;
type Poison = (typeof POISONS)[number] | 'none' | 'odd_text';

const engine = fc.nat(ENGINES - 1);
const epochBehind = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(1, -1));
const cut: fc.Arbitrary<Cut> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Cut>('none') },
  fc.constantFrom<Cut>('unreachable', 'cut_before', 'cut_after'),
);

const change: fc.Arbitrary<ChangePlan> = fc.record({
  number: fc.nat(HOLD_IDS - 1),
  isLegal: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  kind: fc.nat(10),
  sku: fc.nat(SKUS - 1),
  units: fc.integer({ min: 1, max: 4 }),
  actor: fc.constantFrom('request-1|key|10.0.0.1', 'request-2||', 'expiry', 'schedule', 'alone', 'a|b|c|d'),
});

const event: fc.Arbitrary<EventPlan> = fc.record({
  partition: fc.nat(PARTITIONS - 1),
  seqOff: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, fc.constantFrom(-1, -2, 1)),
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  poison: fc.oneof<fc.MaybeWeightedArbitrary<Poison>[]>(
    { weight: 12, arbitrary: fc.constant<Poison>('none') },
    { weight: 2, arbitrary: fc.constant<Poison>('odd_text') },
    { weight: 3, arbitrary: fc.constantFrom<Poison>(...(POISONS as readonly Poison[])) },
  ),
});

/** Few enough that some are kept twice, and that a partition has more than may be kept. */
const lostEvent: fc.Arbitrary<OwnEvent> = fc.record({
  partition: fc.nat(PARTITIONS - 1),
  seq: fc.integer({ min: 1, max: 12 }),
  at: fc.integer({ min: 1, max: 3 }),
  skus: fc.constant([{ sku: 'a "quoted" {sku}', total: 3, available: 1, held: 1, sold: 1, reserved: 0 }]),
});

export const ledgerStep: fc.Arbitrary<LedgerStep> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      engine,
      cut,
      epochBehind,
      events: fc.array(event, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      engine,
      cut: fc.constant<Cut>('none'),
      epochBehind: fc.constant(0),
      events: fc.array(event, { minLength: 1, maxLength: 1 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('quarantine' as const),
      engine,
      cut,
      epochBehind,
      event,
      isReadable: fc.boolean(),
      detail: fc.constantFrom('a reason', 'with \0 in it', 'x'.repeat(3000)),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('read', 'lead', 'lead', 'close'), engine }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('open' as const),
      partitions: fc.constantFrom(PARTITIONS, PARTITIONS, PARTITIONS + 1),
      secret: fc.constantFrom('', '', 'another secret'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('mint', 'ready'), epochBehind }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      epochBehind,
      seqs: fc.array(fc.nat(9), { minLength: PARTITIONS, maxLength: PARTITIONS }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('lose' as const),
      epochBehind,
      events: fc.array(lostEvent, { minLength: 1, maxLength: 20 }),
    }),
  },
);

/** Makes events of plans, legal ones by what the ledger holds at that moment. */
export class EventMaker {
  readonly #model: LedgerModel;
  readonly #epoch: number;
  /** What this batch does: states of holds and the newest seqs, over those in the tables. */
  readonly #states = new Map<string, string>();
  readonly #seqs = new Map<number, number>();

  constructor(model: LedgerModel, epoch: number) {
    this.#model = model;
    this.#epoch = epoch;
  }

  make({ partition, seqOff, changes: plans, poison }: EventPlan): LedgerEvent {
    const known = this.#seqs.get(partition) ?? this.#model.tables.positions.get(partition)!.seq;
    const seq = Math.max(1, known + 1 + seqOff);
    this.#seqs.set(partition, seq);
    const skus = [...new Set(plans.map(({ sku }) => sku))];
    const changes = plans.map((plan) => this.#change(partition, plan, skus.indexOf(plan.sku)));
    const views = skus.map((sku) => viewOf(`p${partition}-"${sku}\\`, seq));
    const at = EVENTS_BEGIN + seq * 7 + partition;
    const [poisonedViews, poisonedChanges] = poisoned(poison, views, changes);
    const bytes = encodeEvent({
      epoch: this.#epoch,
      partition,
      seq,
      at,
      skus: poisonedViews,
      changes: poisonedChanges,
    } satisfies StockEvent);
    return { partition, seq, bytes, content: { kind: 'event', event: decodeStoredEvent(bytes) } };
  }

  #change(
    partition: number,
    { number, isLegal, kind, units, actor }: ChangePlan,
    skuIndex: number,
  ): StockChange {
    if (kind > 6) return skuChange(kind, skuIndex, actor, units);
    const holdId = `p${partition}h${number}`.padEnd(28, 'x');
    const state = this.#states.get(holdId) ?? this.#model.tables.holds.get(holdId)?.state;
    const isHeld = state === 'held';
    const facts = { skuIndex, holdId, buyerId: `buyer-${number}`, quantity: units, actor };
    if (isLegal ? !isHeld : kind < 3) {
      this.#states.set(holdId, 'held');
      return { kind: 'held', ...facts, expiresAt: EVENTS_BEGIN + 60_000 + units };
    }
    const to = (['confirmed', 'released', 'expired'] as const)[kind % 3]!;
    this.#states.set(holdId, to);
    return { kind: to, ...facts, paymentRef: to === 'confirmed' ? `pay "${units}" \\ {ä}` : '' };
  }
}

function skuChange(kind: number, skuIndex: number, actor: string, units: number): StockChange {
  const facts = { skuIndex, actor };
  if (kind === 7) {
    return {
      kind: 'adjusted',
      ...facts,
      adjustmentId: `adjustment-${units}`,
      delta: -units,
      reason: 'counted "again"',
    };
  }
  if (kind === 10) return { kind: 'repaired', ...facts, delta: units - 2, detail: '{"held":[3,2]}' };
  if (kind === 8) return { kind: 'opened', ...facts, from: 'scheduled' };
  return units < 3
    ? { kind: 'defined', ...facts }
    : { kind: 'patched', ...facts, detail: '{"reserved":[0,1]}' };
}

function viewOf(sku: string, seq: number): SkuView {
  const [available, held, sold, reserved] = [seq, 2, seq % 3, seq % 2];
  const total = available + held + sold + reserved;
  const rules = { buyerLimit: seq % 4, holdTtlMs: 120_000, opensAt: (seq % 2) * EVENTS_BEGIN, closesAt: 0 };
  return { sku, state: seq % 5 === 0 ? 'paused' : 'open', total, available, held, sold, reserved, ...rules };
}

/** The first SKU or change of an event, made such that Postgres refuses it (but for odd texts, which it must take). */
function poisoned(
  poison: Poison,
  [view, ...views]: readonly SkuView[],
  [change, ...changes]: readonly StockChange[],
): [readonly SkuView[], readonly StockChange[]] {
  const sku = poisonedView(poison, view!);
  return [
    [sku, ...views],
    [poisonedChange(poison, change!), ...changes],
  ];
}

function poisonedView(poison: Poison, view: SkuView): SkuView {
  switch (poison) {
    case 'not_conserved':
      return { ...view, total: view.total + 1 };
    case 'negative':
      return { ...view, available: -1, total: view.total - view.available - 1 };
    case 'too_many':
      return { ...view, available: 1_000_000_001, total: view.total - view.available + 1_000_000_001 };
    case 'overflow':
      return { ...view, available: 2_000_000_000, held: 2_000_000_000 };
    case 'beyond_integer':
      return { ...view, sold: 2 ** 31 };
    case 'endless_sku':
      return { ...view, sku: ENDLESS };
    case 'nul_sku':
      return { ...view, sku: 'a\0b' };
    case 'odd_text':
      return { ...view, opensAt: -1 };
    case 'before_time':
      return { ...view, closesAt: Number.MIN_SAFE_INTEGER };
    default:
      return view;
  }
}

function poisonedChange(poison: Poison, change: StockChange): StockChange {
  if (poison === 'nul_actor') return { ...change, actor: 'a\0b' };
  if (poison === 'odd_text') return { ...change, actor: '{"ünï\\code",NULL}' };
  if (!('holdId' in change)) return change;
  switch (poison) {
    case 'no_units':
      return { ...change, quantity: 0 };
    case 'units_beyond_integer':
      return { ...change, quantity: 2 ** 31 };
    case 'paid_release':
      return change.kind === 'released' || change.kind === 'expired'
        ? { ...change, paymentRef: 'paid' }
        : change;
    case 'before_time':
      return change.kind === 'held' ? { ...change, expiresAt: Number.MIN_SAFE_INTEGER } : change;
    case 'nul_hold':
      return { ...change, holdId: 'a\0b' };
    case 'endless_hold':
      return { ...change, holdId: ENDLESS };
    default:
      return change;
  }
}
