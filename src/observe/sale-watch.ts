import type { Actors, Clock, Readiness, TimerHandle } from '../domain/ports.js';
import type {
  HotSku,
  SaleFeed,
  SalePoint,
  SaleSnapshot,
  SaleTotals,
  StockGlance,
  StockScan,
} from '../domain/sale.js';
import type { SkuView } from '../domain/sku.js';
import type { SaleFigures } from './sale-figures.js';

const TICK_MS = 1000;
/** Five minutes: what a page that is opened in the middle of a sale begins with. */
export const HISTORY_POINTS_MAX = 300;
/** SKUs of a snapshot, and questions to the actors a second, however many SKUs there are. */
export const HOT_SKUS_MAX = 50;
/** Answers that take longer are left for the next snapshot: a shard that is away must not silence the board. */
const ANSWERS_WITHIN_MS = 300;

export interface SaleWatchOptions {
  readonly actors: Actors;
  readonly stock: StockScan;
  readonly figures: SaleFigures;
  readonly readiness: () => Readiness;
  readonly clock: Clock;
}

type Follower = (snapshot: SaleSnapshot) => void;

/**
 * Looks at the sale once a second. The rates are always kept (a few microseconds); the stock of SKUs is looked at only while
 * somebody follows, and once for all who do.
 */
export class SaleWatch implements SaleFeed {
  readonly #options: SaleWatchOptions;
  readonly #followers = new Set<Follower>();
  readonly #history: SalePoint[] = [];
  /** What is known of the SKUs shown last; asked anew each second. */
  #views = new Map<string, SkuView>();
  #timer: TimerHandle | undefined;
  #isAsking = false;

  constructor(options: SaleWatchOptions) {
    this.#options = options;
  }

  get history(): readonly SalePoint[] {
    return this.#history;
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#followers.clear();
  }

  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(TICK_MS, () => {
      this.#schedule();
      this.#tick();
    });
  }

  #tick(): void {
    const { clock, figures, stock } = this.#options;
    const point = figures.point(clock.now(), clock.monotonic());
    this.#history.push(point);
    if (this.#history.length > HISTORY_POINTS_MAX) this.#history.shift();
    if (this.#followers.size === 0 || this.#isAsking) return;
    // Taken now, so that all rates and totals of a snapshot are of one moment.
    const totals = figures.totals();
    this.#isAsking = true;
    stock.scan(HOT_SKUS_MAX, (glance) =>
      this.#ask(glance, () => {
        this.#isAsking = false;
        this.#tell(point, totals, glance);
      }),
    );
  }

  /** Asks for the SKUs of the glance, and goes on when all have answered or it takes too long. */
  #ask({ hot }: StockGlance, whenDone: () => void): void {
    const { actors, clock } = this.#options;
    const known = this.#views;
    const views = new Map<string, SkuView>();
    this.#views = views;
    let unanswered = hot.length;
    let isDone = false;
    const finish = (): void => {
      if (isDone) return;
      isDone = true;
      timer.cancel();
      whenDone();
    };
    const timer = clock.setTimer(ANSWERS_WITHIN_MS, finish);
    if (unanswered === 0) finish();
    for (const { sku } of hot) {
      const before = known.get(sku);
      if (before !== undefined) views.set(sku, before);
      actors.submit({ kind: 'read_sku', sku }, (outcome) => {
        if (outcome.kind === 'sku') views.set(sku, outcome.view);
        unanswered -= 1;
        if (unanswered === 0) finish();
      });
    }
  }

  #tell(point: SalePoint, totals: SaleTotals, { hot, ...stock }: StockGlance): void {
    const { figures, readiness } = this.#options;
    const skus: HotSku[] = [];
    for (const { sku, takenPerSecond } of hot) {
      const view = this.#views.get(sku);
      if (view !== undefined) skus.push(hotSku(view, takenPerSecond));
    }
    const snapshot = { point, totals, ledger: figures.ledger(), stock, skus, readiness: readiness() };
    for (const follower of [...this.#followers]) follower(snapshot);
  }
}

function hotSku(view: SkuView, takenPerSecond: number): HotSku {
  const { sku, state, total, available, held, sold, reserved, opensAt, closesAt } = view;
  return { sku, state, total, available, held, sold, reserved, opensAt, closesAt, takenPerSecond };
}
