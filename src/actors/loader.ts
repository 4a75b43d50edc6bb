import { fingerprintOf } from '../domain/hold-id.js';
import type { Clock } from '../domain/ports.js';
import { ScanPlace } from '../domain/scan-place.js';
import type { StockReply } from '../domain/stock-call.js';
import type { EngineCall, FlushTimes } from './group-commit.js';
import { type Intake, keysOf } from './intake.js';
import type { PartitionView } from './partition-view.js';
import type { ForeignEvents } from './shard-options.js';
import type { CallBody } from './submission.js';

const SKUS_PAGE = 1000;
/** Small: a page of holds rides in a flush together with buyers' commands. */
const HOLDS_PAGE = 500;
const EVENTS_PAGE = 50;
const RETRY_MS = 100;

export interface LoaderOptions<Ticket> {
  readonly clock: Clock;
  readonly intake: Intake<Ticket>;
  readonly events: ForeignEvents;
  readonly enqueue: (call: EngineCall) => void;
  /** `StockStore.placeOf`. */
  readonly placeOf: (partition: number) => number;
  /** From an earlier life: seq up to which the gateway knows all keys. */
  readonly keysKnown: ReadonlyMap<number, number>;
}

/**
 * Brings a partition's SKUs and the keys of its holds into memory: at start, and when its stream was trimmed further than we
 * had read. Buyers are served meanwhile; they are only asked of Redis more often.
 */
export class Loader<Ticket> {
  readonly #options: LoaderOptions<Ticket>;
  /** Keys are scanned one partition at a time: see `HOLDS_PAGE`. */
  #keysTurn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: LoaderOptions<Ticket>) {
    this.#options = options;
  }

  /** Resolves when all SKUs are there; the keys follow on their own. Repeats until it succeeds or the loader is closed. */
  async load(view: PartitionView): Promise<void> {
    view.reset();
    const isComplete = await this.#scan(view.partition, 'page_skus', SKUS_PAGE, (reply, times) => {
      // Later pages, replies and events are newer than the first page: from here on the cursor can be kept.
      if (view.cursor < 0) view.cursor = reply.seq;
      this.#options.intake.reply(view.partition, reply, times);
    });
    if (!isComplete) return;
    view.isLoaded = true;
    const { loads } = view;
    this.#keysTurn = this.#keysTurn.then(() => this.#loadKeys(view, loads));
  }

  close(): void {
    this.#isClosed = true;
  }

  async #loadKeys(view: PartitionView, loads: number): Promise<void> {
    if (view.loads !== loads) return;
    const known = this.#options.keysKnown.get(view.partition);
    const isCaughtUp = known !== undefined && (await this.#loadKeysSince(view, known));
    if (!isCaughtUp) await this.#scanKeys(view);
    if (!this.#isClosed && view.loads === loads) view.isWarm = true;
  }

  /** From the events since an earlier life; false when they are not all there any more. */
  async #loadKeysSince({ partition, cursor }: PartitionView, known: number): Promise<boolean> {
    try {
      for (let after = known; after < cursor; ) {
        const events = await this.#options.events.read(partition, after, EVENTS_PAGE);
        if (events[0]?.seq !== after + 1) return false;
        this.#options.intake.keys(partition, keysOf(events));
        after += events.length;
      }
      return true;
    } catch {
      // The scan asks the store itself, and goes on asking.
      return false;
    }
  }

  async #scanKeys({ partition }: PartitionView): Promise<void> {
    await this.#scan(partition, 'page_holds', HOLDS_PAGE, ({ holds }) => {
      this.#options.intake.keys(
        partition,
        holds.map((hold) => fingerprintOf(hold.holdId)),
      );
    });
  }

  /** All pages, some of them twice where the partition moves to another server meanwhile. False once the loader is closed. */
  async #scan(
    partition: number,
    operation: 'page_skus' | 'page_holds',
    count: number,
    take: (reply: StockReply, times: FlushTimes) => void,
  ): Promise<boolean> {
    const place = new ScanPlace(() => this.#options.placeOf(partition));
    let cursor = '0';
    do {
      const body = { operation, cursor, count };
      const answer = await place.page(() => this.#ask(partition, body));
      if (this.#isClosed) return false;
      if (answer !== undefined) take(...answer);
      cursor = answer?.[0].cursor ?? '0';
    } while (cursor !== '0' || !place.isWhole);
    return true;
  }

  /** Asks until the store answers; undefined once the loader is closed. */
  async #ask(partition: number, body: CallBody): Promise<[StockReply, FlushTimes] | undefined> {
    for (;;) {
      const [result, times] = await this.#call(partition, body);
      if (this.#isClosed) return undefined;
      if (result !== undefined) return [result, times];
      await new Promise<void>((resolve) => {
        this.#options.clock.setTimer(RETRY_MS, resolve);
      });
    }
  }

  /** The reply, or undefined where the store did not answer. */
  #call(partition: number, body: CallBody): Promise<[StockReply | undefined, FlushTimes]> {
    return new Promise((resolve) => {
      this.#options.enqueue({
        partition,
        body,
        settle: (result, times) => resolve([result.kind === 'reply' ? result : undefined, times]),
      });
    });
  }
}
