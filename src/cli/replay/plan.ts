import { createHash } from 'node:crypto';
import { classify, type OrderLine, type OrderRow, SKIP_REASONS, type SkipReason } from './classify.js';
import { seededRandom, shuffled } from './random.js';

/** What a buyer does with an accepted hold. */
export type Fate = 'confirm' | 'release' | 'expire';

/** One step of the replay. `line` counts from 1 after the header, and makes the idempotency key. */
export type Step =
  | {
      readonly kind: 'sale';
      readonly line: number;
      readonly at: number;
      readonly invoice: string;
      readonly product: Product;
      readonly quantity: number;
      readonly buyerId: string;
      readonly fate: Fate;
    }
  | {
      readonly kind: 'return';
      readonly line: number;
      readonly at: number;
      readonly invoice: string;
      readonly product: Product;
      readonly quantity: number;
    };
export type SaleStep = Extract<Step, { kind: 'sale' }>;
export type ReturnStep = Extract<Step, { kind: 'return' }>;

export interface Product {
  readonly sku: string;
  /** Units asked for in all lines that are sales. */
  readonly demand: number;
  /** Units put on sale at the start. */
  readonly stock: number;
}

export interface Plan {
  /** Lines of the file, without the header. */
  readonly lines: number;
  readonly products: readonly Product[];
  /** In time order. */
  readonly steps: readonly Step[];
  readonly offered: number;
  readonly returns: number;
  readonly skipped: ReadonlyMap<SkipReason, number>;
}

export interface PlanOptions {
  /** Units put on sale, as a share of the demand. */
  readonly stockRatio: number;
  /** Most units one hold may ask for. */
  readonly maximum: number;
  /** Put before every SKU, so that each run has its own. */
  readonly prefix: string;
  readonly seed: number;
  /** Only so many lines of the file. */
  readonly limit: number;
}

/** Reads all rows and plans what to play. Every line ends up in exactly one count. */
export async function makePlan(rows: AsyncIterable<OrderRow>, options: PlanOptions): Promise<Plan> {
  const found: { line: number; order: OrderLine }[] = [];
  for await (const row of rows) {
    if (found.length >= options.limit) break;
    found.push({ line: found.length + 1, order: classify(row, options.maximum) });
  }
  const products = planProducts(found, options);
  const fateOf = fates(options.seed);
  const skipped = new Map<SkipReason, number>(SKIP_REASONS.map((reason) => [reason, 0]));
  const steps: Step[] = [];
  for (const { line, order } of found) {
    const product = order.kind === 'skipped' ? undefined : products.get(order.code);
    if (order.kind === 'skipped' || product === undefined) {
      const reason = order.kind === 'skipped' ? order.reason : 'return of a product not on sale';
      skipped.set(reason, skipped.get(reason)! + 1);
      continue;
    }
    const { at, invoice, quantity } = order;
    const facts = { line, at, invoice, product, quantity };
    if (order.kind === 'return') steps.push({ kind: 'return', ...facts });
    else steps.push({ kind: 'sale', ...facts, buyerId: identifier(order.customer), fate: fateOf() });
  }
  steps.sort((left, right) => left.at - right.at || left.line - right.line);
  const offered = steps.filter(({ kind }) => kind === 'sale').length;
  const plan = {
    lines: found.length,
    products: [...products.values()],
    steps,
    offered,
    returns: steps.length - offered,
    skipped,
  };
  checkEveryLineCounted(plan);
  return plan;
}

function planProducts(found: readonly { order: OrderLine }[], options: PlanOptions): Map<string, Product> {
  const demand = new Map<string, number>();
  for (const { order } of found) {
    if (order.kind === 'sale') demand.set(order.code, (demand.get(order.code) ?? 0) + order.quantity);
  }
  const products = new Map<string, Product>();
  for (const [code, units] of demand) {
    // The share of a whole number is not always one in floating point: 0.6 × 5 must not become 4.
    const stock = Math.ceil(Number((options.stockRatio * units).toFixed(6)));
    products.set(code, { sku: identifier(options.prefix + code), demand: units, stock });
  }
  return products;
}

/**
 * Four in five confirm, one in ten releases, one in ten lets the hold expire: shuffled in blocks of ten, so that the
 * shares are right in every stretch of the file and not only over all of it.
 */
function fates(seed: number): () => Fate {
  const random = seededRandom(seed);
  const block: readonly Fate[] = [...new Array<Fate>(8).fill('confirm'), 'release', 'expire'];
  let left: Fate[] = [];
  return () => {
    if (left.length === 0) left = shuffled(block, random);
    return left.pop()!;
  };
}

const IDENTIFIER_LENGTH_MAX = 64;

/** A text as an identifier of the API: what it does not allow becomes `~` and the character's number, so none are mixed up. */
function identifier(text: string): string {
  const safe = text.replace(
    /[^A-Za-z0-9._:@+-]/gu,
    (character) => `~${character.codePointAt(0)!.toString(36)}~`,
  );
  if (safe.length <= IDENTIFIER_LENGTH_MAX) return safe;
  return createHash('sha256').update(text).digest('hex');
}

function checkEveryLineCounted(plan: Plan): void {
  let counted = plan.offered + plan.returns;
  for (const count of plan.skipped.values()) counted += count;
  if (counted !== plan.lines) {
    throw new Error(`${plan.lines} lines were read but ${counted} counted: some would be dropped silently`);
  }
}
