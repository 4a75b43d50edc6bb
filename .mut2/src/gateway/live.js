import { renderSkuFacts } from './render.js';
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
];
/**
 * Event streams of SKUs. One question a tick for each SKU that somebody watches, however many watch it; an event only when
 * something changed; a slow client gets the latest state when it reads again, and never a queue.
 */
export class LiveStreams {
    #options;
    #topics = new Map();
    #open = 0;
    #timer;
    #lastHeartbeat = 0;
    #isClosed = false;
    constructor(options) {
        this.#options = options;
    }
    get isFull() {
        return this.#open >= this.#options.streamsMax;
    }
    /** `now`: Redis time, milliseconds. */
    open(responder, view, now) {
        if (!responder.isOpen)
            return;
        if (this.#isClosed || this.isFull) {
            const detail = this.#isClosed ? 'the engine is shutting down' : 'too many live streams are open';
            responder.problem('overloaded', { detail, retryAfterSeconds: 5 });
            return;
        }
        const viewer = { responder, isBlocked: false, isBehind: false };
        const topic = this.#topicOf(view, now);
        topic.viewers.add(viewer);
        this.#count(1);
        responder.finally(() => this.#leave(topic, viewer));
        if (!responder.startStream(STREAM_HEADERS))
            return;
        responder.onWritable(() => this.#resume(topic, viewer));
        this.#send(viewer, `retry: 1000\n${topic.event}`);
        this.#start();
    }
    /** Ends every stream; none opens after. */
    close() {
        this.#isClosed = true;
        for (const topic of [...this.#topics.values()]) {
            for (const viewer of [...topic.viewers])
                viewer.responder.endStream();
        }
    }
    #topicOf(view, now) {
        let topic = this.#topics.get(view.sku);
        if (topic === undefined) {
            topic = { sku: view.sku, viewers: new Set(), facts: '', event: '', isAsking: false };
            this.#topics.set(view.sku, topic);
        }
        this.#update(topic, view, now);
        return topic;
    }
    #update(topic, view, now) {
        const facts = renderSkuFacts(view);
        if (facts === topic.facts)
            return;
        topic.facts = facts;
        topic.event = `data: ${facts},"serverTime":"${formatTime(now)}"}\n\n`;
        for (const viewer of topic.viewers) {
            if (viewer.isBlocked)
                viewer.isBehind = true;
            else
                this.#send(viewer, topic.event);
        }
    }
    #send(viewer, text) {
        if (!viewer.responder.write(text))
            viewer.isBlocked = true;
    }
    #resume(topic, viewer) {
        viewer.isBlocked = false;
        if (!viewer.isBehind)
            return;
        viewer.isBehind = false;
        this.#send(viewer, topic.event);
    }
    #leave(topic, viewer) {
        if (!topic.viewers.delete(viewer))
            return;
        this.#count(-1);
        if (topic.viewers.size === 0 && this.#topics.get(topic.sku) === topic)
            this.#topics.delete(topic.sku);
        if (this.#topics.size === 0) {
            this.#timer?.cancel();
            this.#timer = undefined;
        }
    }
    #count(change) {
        this.#open += change;
        this.#options.metrics.liveStreams(this.#open);
    }
    #start() {
        if (this.#timer !== undefined || this.#topics.size === 0)
            return;
        this.#lastHeartbeat = this.#options.clock.monotonic();
        this.#schedule();
    }
    #schedule() {
        this.#timer = this.#options.clock.setTimer(POLL_MS, () => {
            this.#schedule();
            this.#tick();
        });
    }
    #tick() {
        for (const topic of this.#topics.values())
            this.#poll(topic);
        const now = this.#options.clock.monotonic();
        if (now - this.#lastHeartbeat < HEARTBEAT_MS)
            return;
        this.#lastHeartbeat = now;
        for (const topic of this.#topics.values()) {
            for (const viewer of topic.viewers)
                if (!viewer.isBlocked)
                    this.#send(viewer, ':\n\n');
        }
    }
    #poll(topic) {
        // An answer that takes longer than a tick is not asked for twice.
        if (topic.isAsking)
            return;
        topic.isAsking = true;
        this.#options.actors.submit({ kind: 'read_sku', sku: topic.sku }, (outcome) => {
            topic.isAsking = false;
            // A store that is down for a moment is no reason to end the stream: it goes on with the next change.
            if (outcome.kind === 'sku')
                this.#update(topic, outcome.view, outcome.now);
        });
    }
}
//# sourceMappingURL=live.js.map