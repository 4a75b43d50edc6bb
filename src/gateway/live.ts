import type { Actors, Clock, TimerHandle } from '../domain/ports.js';
import type { SkuView } from '../domain/sku.js';
import type { GatewayMetrics } from '../domain/stats.js';
import { renderSkuFacts } from './render.js';
import type { Responder } from './responder.js';
import { formatTime } from './timestamps.js';

/** Ten looks a second are the most the contract promises. */
const POLL_MS = 100;
/** A comment this often keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** Each open stream is a socket and a place in every broadcast of its SKU. */
export const LIVE_STREAMS_MAX = 2000;

const STREAM_HEADERS = [
  ['Cache-Control', 'no-store'],
  // Asks nginx not to collect the stream before passing it on.
  ['X-Accel-Buffering', 'no'],
] as const;

interface Topic {
  readonly sku: string;
  readonly viewers: Set<Viewer>;
  /** The newest facts, which every viewer that keeps up has been sent. */
  facts: string;
  /** The event that carries them. */
  event: string;
  isAsking: boolean;
}

interface Viewer {
  readonly responder: Responder;
  /** The client does not read: only the newest event is kept for it, in its topic. */
  isBlocked: boolean;
  isBehind: boolean;
}

export interface LiveOptions {
  readonly actors: Actors;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly streamsMax: number;
}

/**
 * Event streams of SKUs. One question a tick for each SKU that somebody watches, however many watch it; an event only when
 * something changed; a slow client gets the latest state when it reads again, and never a queue.
 */
export class LiveStreams {
  readonly #options: LiveOptions;
  readonly #topics = new Map<string, Topic>();
  #open = 0;
  #timer: TimerHandle | undefined;
  #lastHeartbeat = 0;
  #isClosed = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#open >= this.#options.streamsMax;
  }

  /** `now`: Redis time, milliseconds. */
  open(responder: Responder, view: SkuView, now: number): void {
    if (!responder.isOpen) return;
    if (this.#isClosed || this.isFull) {
      const detail = this.#isClosed ? 'the engine is shutting down' : 'too many live streams are open';
      responder.problem('overloaded', { detail, retryAfterSeconds: 5 });
      return;
    }
    const viewer: Viewer = { responder, isBlocked: false, isBehind: false };
    const topic = this.#topicOf(view, now);
    topic.viewers.add(viewer);
    this.#count(1);
    responder.finally(() => this.#leave(topic, viewer));
    if (!responder.startStream(STREAM_HEADERS)) return;
    responder.onWritable(() => this.#resume(topic, viewer));
    this.#send(viewer, `retry: 1000\n${topic.event}`);
    this.#start();
  }

  /** Ends every stream; none opens after. */
  close(): void {
    this.#isClosed = true;
    for (const topic of [...this.#topics.values()]) {
      for (const viewer of [...topic.viewers]) viewer.responder.endStream();
    }
  }

  #topicOf(view: SkuView, now: number): Topic {
    let topic = this.#topics.get(view.sku);
    if (topic === undefined) {
      topic = { sku: view.sku, viewers: new Set(), facts: '', event: '', isAsking: false };
      this.#topics.set(view.sku, topic);
    }
    this.#update(topic, view, now);
    return topic;
  }

  #update(topic: Topic, view: SkuView, now: number): void {
    const facts = renderSkuFacts(view);
    if (facts === topic.facts) return;
    topic.facts = facts;
    topic.event = `data: ${facts},"serverTime":"${formatTime(now)}"}\n\n`;
    for (const viewer of topic.viewers) {
      if (viewer.isBlocked) viewer.isBehind = true;
      else this.#send(viewer, topic.event);
    }
  }

  #send(viewer: Viewer, text: string): void {
    if (!viewer.responder.write(text)) viewer.isBlocked = true;
  }

  #resume(topic: Topic, viewer: Viewer): void {
    viewer.isBlocked = false;
    if (!viewer.isBehind) return;
    viewer.isBehind = false;
    this.#send(viewer, topic.event);
  }

  #leave(topic: Topic, viewer: Viewer): void {
    if (!topic.viewers.delete(viewer)) return;
    this.#count(-1);
    if (topic.viewers.size === 0 && this.#topics.get(topic.sku) === topic) this.#topics.delete(topic.sku);
    if (this.#topics.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  #count(change: number): void {
    this.#open += change;
    this.#options.metrics.liveStreams(this.#open);
  }

  #start(): void {
    if (this.#timer !== undefined || this.#topics.size === 0) return;
    this.#lastHeartbeat = this.#options.clock.monotonic();
    this.#schedule();
  }

  #schedule(): void {
    this.#timer = this.#options.clock.setTimer(POLL_MS, () => {
      this.#schedule();
      this.#tick();
    });
  }

  #tick(): void {
    for (const topic of this.#topics.values()) this.#poll(topic);
    const now = this.#options.clock.monotonic();
    if (now - this.#lastHeartbeat < HEARTBEAT_MS) return;
    this.#lastHeartbeat = now;
    for (const topic of this.#topics.values()) {
      for (const viewer of topic.viewers) if (!viewer.isBlocked) this.#send(viewer, ':\n\n');
    }
  }

  #poll(topic: Topic): void {
    // An answer that takes longer than a tick is not asked for twice.
    if (topic.isAsking) return;
    topic.isAsking = true;
    this.#options.actors.submit({ kind: 'read_sku', sku: topic.sku }, (outcome) => {
      topic.isAsking = false;
      // A store that is down for a moment is no reason to end the stream: it goes on with the next change.
      if (outcome.kind === 'sku') this.#update(topic, outcome.view, outcome.now);
    });
  }
}
