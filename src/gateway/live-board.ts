import type { SaleFeed, SaleSnapshot } from '../domain/sale.js';
import type { ApiRequest, GatewayContext } from './operation.js';
import { renderSale, renderSalePoints } from './render-sale.js';
import type { Headers, Responder } from './responder.js';

/** Each is a socket and some ten kilobytes a second: screens of operators, not of buyers. */
export const LIVE_BOARD_VIEWERS_MAX = 50;

const STREAM_HEADERS: Headers = [
  ['Cache-Control', 'no-store'],
  ['X-Content-Type-Options', 'nosniff'],
  // Asks nginx not to collect the stream before passing it on.
  ['X-Accel-Buffering', 'no'],
];

interface Viewer {
  readonly responder: Responder;
  /** The client does not read: it gets the newest snapshot when it does, and none of those between. */
  isBlocked: boolean;
  isBehind: boolean;
}

/** Sends each snapshot of the sale to everybody who watches, as text made once. */
export class LiveBoard {
  readonly #feed: SaleFeed;
  readonly #viewersMax: number;
  readonly #viewers = new Set<Viewer>();
  #unfollow: (() => void) | undefined;
  #event = '';
  #isClosed = false;

  constructor(feed: SaleFeed, viewersMax = LIVE_BOARD_VIEWERS_MAX) {
    this.#feed = feed;
    this.#viewersMax = viewersMax;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  open(responder: Responder): void {
    if (this.#isClosed || this.#viewers.size >= this.#viewersMax) {
      const detail = this.#isClosed
        ? 'the engine is shutting down'
        : 'too many live boards are open; close one';
      responder.problem('overloaded', { detail, retryAfterSeconds: 5 });
      return;
    }
    const viewer: Viewer = { responder, isBlocked: false, isBehind: false };
    this.#viewers.add(viewer);
    responder.finally(() => this.#leave(viewer));
    if (!responder.startStream(STREAM_HEADERS)) return;
    responder.onWritable(() => this.#resume(viewer));
    this.#send(viewer, eventOf('history', renderSalePoints(this.#feed.history)) + this.#event);
    this.#unfollow ??= this.#feed.follow((snapshot) => this.#tell(snapshot));
  }

  /** Ends every stream; none opens after. */
  close(): void {
    this.#isClosed = true;
    for (const viewer of [...this.#viewers]) viewer.responder.endStream();
  }

  #tell(snapshot: SaleSnapshot): void {
    this.#event = eventOf('sale', renderSale(snapshot));
    for (const viewer of [...this.#viewers]) {
      if (viewer.isBlocked) viewer.isBehind = true;
      else this.#send(viewer, this.#event);
    }
  }

  #send(viewer: Viewer, text: string): void {
    if (!viewer.responder.write(text)) viewer.isBlocked = true;
  }

  #resume(viewer: Viewer): void {
    viewer.isBlocked = false;
    if (!viewer.isBehind) return;
    viewer.isBehind = false;
    this.#send(viewer, this.#event);
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    this.#unfollow?.();
    this.#unfollow = undefined;
    // What the next viewer would be shown first is old by then.
    this.#event = '';
  }
}

function eventOf(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

/** `GET /v1/live`: server-sent events of the whole sale. */
export function watchSale(context: GatewayContext, _request: ApiRequest, responder: Responder): void {
  context.liveBoard.open(responder);
}
