import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { LoadCounters } from '../../src/observe/load-counters.js';
import { loadMetricsText } from '../../src/observe/load-metrics.js';
import type { RunningEngine } from '../support/engine-on.js';

const PER_SECOND = 300;
const TICK_MS = 20;
const SOCKETS = 32;
const IN_FLIGHT_MAX = 2000;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * A small sale in which everything happens that a dashboard shows: holds are taken, paid for, given back and left to run out, one
 * SKU sells out, one is paused. Open loop: requests have their turn whatever becomes of those before.
 */
export class SaleLoad {
  readonly counters = new LoadCounters('small-sale');
  readonly #engine: RunningEngine;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  #timer: NodeJS.Timeout | undefined;
  #number = 0;
  #lastAt = 0;

  constructor(engine: RunningEngine) {
    this.#engine = engine;
  }

  /** Defines so many SKUs, all open; beside them the ones the load is for. */
  async prepare(skus: number): Promise<void> {
    const open = async (sku: string, rules: object): Promise<void> => {
      await this.#operate('PUT', `/v1/skus/${sku}`, rules);
      await this.#operate('POST', `/v1/skus/${sku}/open`);
    };
    await open('long', { total: 1_000_000, holdTtlMs: 60_000 });
    await open('short', { total: 1_000_000, holdTtlMs: 1000 });
    await open('scarce', { total: 5, holdTtlMs: 60_000, reserved: 1 });
    await open('later', { total: 5 });
    await this.#operate('POST', '/v1/skus/later/pause');
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < skus) {
        const sku = `sku-${next++}`;
        await this.#operate('PUT', `/v1/skus/${sku}`, { total: 10, opensAt: '2020-01-01T00:00:00.000Z' });
      }
    };
    await Promise.all(Array.from({ length: SOCKETS }, work));
  }

  /** Buys until `stop`, or until `t` ends. */
  start(t: Test): void {
    this.counters.targetPerSecond = PER_SECOND;
    this.#lastAt = performance.now();
    this.#timer = setInterval(() => this.#turn(), TICK_MS);
    t.teardown(() => this.stop());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  /** The generator's own `/metrics`; answers its address. */
  async serveMetrics(t: Test): Promise<string> {
    const text = loadMetricsText(this.counters);
    const server = createServer((_, response) => {
      void text().then((metrics) =>
        response.setHeader('content-type', 'text/plain; version=0.0.4').end(metrics),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      server.close();
      server.closeAllConnections();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #turn(): void {
    const now = performance.now();
    const due = Math.floor(((now - this.#lastAt) * PER_SECOND) / 1000);
    this.counters.due(due);
    for (let index = 0; index < due; index += 1) {
      const intendedAt = this.#lastAt + ((index + 1) * 1000) / PER_SECOND;
      if (this.counters.inFlight >= IN_FLIGHT_MAX) this.counters.unsent(1);
      else void this.#buy(intendedAt).catch(() => this.counters.timedOut());
    }
    this.#lastAt += (due * 1000) / PER_SECOND;
  }

  async #buy(intendedAt: number): Promise<void> {
    this.#number += 1;
    const number = this.#number;
    const sku = ['long', 'short', 'scarce', 'later', 'long'][number % 5]!;
    this.counters.sent();
    // One in ten repeats the order before it.
    const order = `order-${number % 10 === 0 ? number - 5 : number}`;
    const hold = { sku, buyerId: `buyer-${order}`, quantity: 1 };
    const { status, body } = await this.#shop('POST', '/v1/holds', hold, order);
    const seconds = (performance.now() - intendedAt) / 1000;
    this.counters.answered(status < 300 ? 'accepted' : status < 500 ? 'refused' : 'failed', seconds);
    if (status !== 201 || sku !== 'long') return;
    const path = `/v1/holds/${(JSON.parse(body) as { holdId: string }).holdId}`;
    if (number % 3 === 0) await this.#shop('DELETE', path).catch(() => undefined);
    else await this.#shop('POST', `${path}/confirm`, { paymentRef: `pay-${number}` }).catch(() => undefined);
  }

  #shop(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    return this.#send(this.#engine.storefrontUrl, method, path, body, key);
  }

  async #operate(method: string, path: string, body?: object): Promise<void> {
    const { status, body: text } = await this.#send(this.#engine.operationsUrl, method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  }

  #send(base: string, method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const headers = {
      ...(body === undefined ? {} : JSON_TYPE),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${base}${path}`,
        { method, agent: this.#agent, headers, timeout: 5000 },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => {
            text += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
          answer.on('error', reject);
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
