import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Test } from 'tap';
import { microseconds } from '../../loadtest/generator/clock.js';

/** A server whose answers take a known time. */
export interface Behaviour {
  /** Delay of the n-th request, milliseconds, from 0, round and round; undefined never answers. */
  readonly delaysMs: readonly (number | undefined)[];
  /** Now and then the whole thread stands still. */
  readonly stalls?: { readonly everyMs: number; readonly forMs: number };
}

export interface KnownServer {
  readonly port: number;
  /** Ends the stalls, and answers when each request was answered by its number: microseconds of the monotonic clock. */
  answeredAt(): Promise<readonly number[]>;
}

/** A thread of its own, because a stall holds everything in it. */
export async function startKnownServer(t: Test, behaviour: Behaviour): Promise<KnownServer> {
  const worker = new Worker(new URL(import.meta.url), { workerData: behaviour });
  t.teardown(() => worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  return {
    port,
    answeredAt: async () => {
      worker.postMessage('end');
      const [moments] = (await once(worker, 'message')) as [readonly number[]];
      return moments;
    },
  };
}

const BODY = '{"holdId":"x"}';
const ANSWER = `HTTP/1.1 201 Created\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** What asks for request `number`. */
export function requestText(number: number): string {
  return `GET /${number} HTTP/1.1\r\nHost: h\r\n\r\n`;
}

function serve({ delaysMs, stalls }: Behaviour): void {
  const answeredAt: number[] = [];
  const onRequest = (socket: Socket, number: number): void => {
    const delay = delaysMs[number % delaysMs.length];
    if (delay === undefined) return;
    setTimeout(() => {
      answeredAt[number] = microseconds();
      socket.write(ANSWER);
    }, delay);
  };
  const server = createServer({ noDelay: true }, (socket) => {
    // Without a body and one at a time: one chunk is one request.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => onRequest(socket, Number.parseInt(text.slice(5), 10)));
    socket.on('error', () => undefined);
  });
  const standStill = (): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stalls?.forMs);
  };
  const ticker = stalls === undefined ? undefined : setInterval(standStill, stalls.everyMs);
  parentPort?.on('message', () => {
    clearInterval(ticker);
    parentPort?.postMessage(answeredAt);
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as { port: number }).port));
}

if (!isMainThread) serve(workerData as Behaviour);
