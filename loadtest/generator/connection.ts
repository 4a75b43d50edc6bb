import { createConnection, type Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface ConnectionEvents {
  /** Connected, or answered and not closed: takes a request. */
  free(connection: Connection): void;
  /** Before `free`. */
  answered(connection: Connection, answer: Answer): void;
  /** Gone, with or without a request on its way; nothing more follows. */
  gone(connection: Connection): void;
}

const ANSWER_BYTES_MAX = 1024 * 1024;
const READ_BYTES = 64 * 1024;

/** Read into and emptied in the same callback, so that all connections of a thread share it. */
const readBuffer = Buffer.allocUnsafe(READ_BYTES);

/**
 * A keep-alive connection with one request on its way at a time, over a bare socket: a third of the processor time of Node's own
 * client, which would be taken from what is measured on the same machine. Understands answers with a `Content-Length`.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  #received = '';
  #isBusy = false;
  #isGone = false;
  /** When it became free, for whoever takes it next; microseconds. */
  freeSince = 0;

  constructor(target: Target, events: ConnectionEvents) {
    this.#events = events;
    this.#socket = createConnection({
      ...target,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes) => {
          this.#receive(readBuffer.toString('latin1', 0, bytes));
          return true;
        },
      },
    });
    this.#socket.once('connect', () => events.free(this));
    // What it means is decided at `close`, which always follows.
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => this.close());
  }

  /** `text` is a whole request, ASCII. The connection must be free. */
  send(text: string): void {
    this.#isBusy = true;
    this.#socket.write(text, 'latin1');
  }

  close(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#socket.destroy();
    this.#events.gone(this);
  }

  #receive(text: string): void {
    const received = this.#received === '' ? text : this.#received + text;
    const headEnd = received.indexOf('\r\n\r\n');
    const end = headEnd < 0 ? Number.POSITIVE_INFINITY : headEnd + 4 + contentLength(received, headEnd);
    if (received.length < end) {
      this.#received = received;
      if (received.length > ANSWER_BYTES_MAX) this.close();
      return;
    }
    // An answer nobody asked for: what comes next could be taken for another one's.
    if (!this.#isBusy || received.length > end) {
      this.close();
      return;
    }
    this.#received = '';
    this.#isBusy = false;
    const status = Number(received.slice(9, 12));
    const closes = received.lastIndexOf('onnection: close', headEnd) >= 0;
    this.#events.answered(this, { status, body: received.slice(headEnd + 4) });
    if (closes) this.close();
    else if (!this.#isGone) this.#events.free(this);
  }
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;

function contentLength(text: string, headEnd: number): number {
  const at = text.indexOf('Content-Length: ');
  if (at >= 0 && at < headEnd) return Number.parseInt(text.slice(at + 16, at + 26), 10);
  return Number(LENGTH.exec(text.slice(0, headEnd))?.[1] ?? 0);
}
