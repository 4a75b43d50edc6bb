import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
/** Nobody answered, or the address does not speak HTTP. The message is for the user. */
export class EngineUnreachable extends Error {
    name = 'EngineUnreachable';
}
const ATTEMPT_TIMEOUT_MS = 15_000;
const PATIENCE_MS = 30_000;
const PAUSE_MS_MIN = 25;
const PAUSE_MS_MAX = 2_000;
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/**
 * A keep-alive client that repeats what may be repeated: every call of this API can be (holds and stock changes carry a
 * key, the others say the same the second time), so a lost answer or a busy engine costs time and not truth.
 */
export class HttpClient {
    #options;
    #base;
    #agent;
    /** An engine that never answered is not one that restarts: then the first refusal is the answer. */
    #reached = false;
    constructor(options) {
        this.#options = options;
        this.#base = new URL(options.baseUrl);
        const AgentClass = this.#base.protocol === 'https:' ? HttpsAgent : HttpAgent;
        this.#agent = new AgentClass({ keepAlive: true, maxSockets: options.sockets });
        // Every request under way listens to it, which is more than Node takes for a leak.
        if (options.signal !== undefined)
            setMaxListeners(0, options.signal);
    }
    /**
     * Answers with the last answer there was, also a 503 when patience ran out. Rejects with `EngineUnreachable` when no
     * answer came at all, and with the signal's reason when that was aborted.
     */
    async call(method, path, body, idempotencyKey = '') {
        const outgoing = { method, path, body: body === undefined ? '' : JSON.stringify(body), idempotencyKey };
        const deadline = Date.now() + (this.#options.patienceMs ?? PATIENCE_MS);
        let pauseMs = PAUSE_MS_MIN;
        for (let attempts = 1;; attempts += 1) {
            this.#options.signal?.throwIfAborted();
            const answer = await this.#attempt(outgoing).catch((error) => this.#unreachable(error));
            const lost = answer instanceof EngineUnreachable;
            if (!lost)
                this.#reached = true;
            const again = lost ? this.#reached : answer.status === 503 || answer.status === 429;
            const waitMs = Math.max(pauseMs, lost ? 0 : answer.retryAfterMs);
            if (!again || Date.now() + waitMs > deadline) {
                if (lost)
                    throw answer;
                return { status: answer.status, body: answer.body, attempts };
            }
            await delay(waitMs * (0.75 + Math.random() / 2), undefined, this.#signalOption());
            pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
        }
    }
    close() {
        this.#agent.destroy();
    }
    #signalOption() {
        return this.#options.signal === undefined ? {} : { signal: this.#options.signal };
    }
    #unreachable(error) {
        if (this.#options.signal?.aborted)
            throw error;
        const reason = error instanceof Error ? ('code' in error && error.code) || error.message : error;
        return new EngineUnreachable(`No engine answers at ${this.#base.origin} (${reason}): start one with "npm start", or name another with ${this.#options.option}.`, { cause: error });
    }
    #attempt(outgoing) {
        const { method, path, body, idempotencyKey } = outgoing;
        const headers = { ...this.#options.authorise?.(outgoing) };
        if (body !== '') {
            headers['content-type'] = 'application/json';
            headers['content-length'] = Buffer.byteLength(body);
        }
        if (idempotencyKey !== '')
            headers['idempotency-key'] = idempotencyKey;
        const request = this.#base.protocol === 'https:' ? httpsRequest : httpRequest;
        const limitMs = this.#options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS;
        return new Promise((resolve, reject) => {
            const sent = request(new URL(path, this.#base), { method, headers, agent: this.#agent, timeout: limitMs, ...this.#signalOption() }, (response) => {
                readAll(response).then((text) => {
                    const retryAfter = Number(response.headers['retry-after'] ?? 0);
                    const retryAfterMs = Math.min(PAUSE_MS_MAX, Number.isFinite(retryAfter) ? retryAfter * 1000 : 0);
                    resolve({ status: response.statusCode ?? 0, body: parsed(text), retryAfterMs });
                }, reject);
            });
            sent.on('timeout', () => sent.destroy(new Error(`no answer within ${limitMs} ms`)));
            sent.on('error', reject);
            sent.end(body);
        });
    }
}
async function readAll(response) {
    let text = '';
    response.setEncoding('utf8');
    for await (const chunk of response) {
        text += chunk;
        if (text.length > ANSWER_BYTES_MAX)
            throw new Error('the answer is too long');
    }
    return text;
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return text;
    }
}
//# sourceMappingURL=http-client.js.map