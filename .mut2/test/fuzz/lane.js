import { createConnection } from 'node:net';
import { AnswerReader, checkAnswer, isBusy, WrongAnswer } from './answers.js';
/** An answer, or the end of the connection, comes within this time, however busy the machine. */
const ANSWER_MS = 25_000;
/** An input of which nothing certain is known: this long without a byte, and the client leaves. */
const QUIET_MS = 15;
/** The same where a second answer would be the finding; what came later still shows in the stock. */
const REFUSED_MS = 60;
/** A connection that went wrong did so for what it carried last. */
const CARRIED_SHOWN = 2;
/** One connection at a time to one listener, kept for the next input where the last one left it usable. */
export class Lane {
    host;
    port;
    #socket;
    #stray;
    /** What this connection carried before. */
    #carried = [];
    #onStray = (chunk) => {
        this.#stray ??= chunk.toString('latin1', 0, 300);
    };
    constructor(host, port) {
        this.host = host;
        this.port = port;
    }
    close() {
        this.#socket?.destroy();
        this.#socket = undefined;
        this.#carried = [];
    }
    /** Sends an input and judges what comes back. Never rejects for what the engine does. */
    async send(input) {
        const stray = this.#stray;
        this.#stray = undefined;
        if (stray !== undefined) {
            this.close();
            const failure = `after the answer to the input before, there came ${JSON.stringify(stray)}`;
            return { failure, statuses: [], wasBusy: false };
        }
        // The engine closes a connection that was idle for some seconds.
        if (input.ending !== 'answers' || this.#socket?.writable === false)
            this.close();
        this.#socket?.off('data', this.#onStray);
        const wasKept = this.#socket !== undefined;
        const reader = new AnswerReader((index) => input.expected[index]?.isHead ?? false);
        const exchange = new Exchange(this.#socket ?? createConnection(this.port, this.host), input, reader);
        const why = await exchange.run();
        const statuses = reader.answers.map((answer) => answer.status);
        // A kept connection may have been closed just now, for it was idle, before the input arrived: it is no answer to it.
        if (wasKept && why === 'closed' && statuses.length === 0 && exchange.error === undefined) {
            this.close();
            return await this.send(input);
        }
        const judged = exchange.error ?? judge(input, reader, why);
        const before = this.#carried.slice(-CARRIED_SHOWN).join('; ');
        const failure = judged === undefined || before === '' ? judged : `${judged}, on a connection that carried ${before}`;
        const isKept = failure === undefined && why === 'answered' && !closes(reader);
        if (isKept)
            this.#carried.push(JSON.stringify(input.bytes.toString('latin1', 0, 120)));
        else
            this.#carried = [];
        this.#socket = isKept ? exchange.socket.on('data', this.#onStray) : undefined;
        if (!isKept)
            await exchange.end();
        return { ...(failure === undefined ? {} : { failure }), statuses, wasBusy: statuses.some(isBusy) };
    }
}
function closes({ answers }) {
    const last = answers.at(-1);
    return last === undefined || last.isOpenEnded || last.headers.get('connection') === 'close';
}
class Exchange {
    socket;
    input;
    reader;
    error;
    #finish = () => undefined;
    #timer;
    #onData = (chunk) => this.#received(chunk);
    #onClose = () => this.#finish('closed');
    constructor(socket, input, reader) {
        this.socket = socket;
        this.input = input;
        this.reader = reader;
    }
    async run() {
        const { socket } = this;
        const why = await new Promise((resolve) => {
            this.#finish = resolve;
            socket.on('data', this.#onData);
            socket.on('close', this.#onClose);
            if (socket.listenerCount('error') === 0)
                socket.on('error', () => undefined);
            this.#arm(ANSWER_MS);
            void this.#write();
        });
        clearTimeout(this.#timer);
        socket.off('data', this.#onData);
        socket.off('close', this.#onClose);
        return why;
    }
    async #write() {
        const { socket, input } = this;
        const { bytes, cuts = [] } = input;
        let from = 0;
        for (const to of cuts) {
            if (to > from)
                socket.write(bytes.subarray(from, to));
            from = Math.max(from, to);
            await new Promise((resolve) => setImmediate(resolve));
        }
        socket.write(bytes.subarray(from), () => {
            if (input.leaves === 'reset')
                socket.resetAndDestroy();
            else if (input.leaves === 'half-close')
                socket.end();
            this.#listenOn();
        });
    }
    #arm(milliseconds) {
        clearTimeout(this.#timer);
        const why = milliseconds === ANSWER_MS ? 'timeout' : 'quiet';
        this.#timer = setTimeout(() => this.#finish(why), milliseconds);
    }
    /** Where the engine may wait for more, the client does not. */
    #listenOn() {
        const { ending } = this.input;
        if (ending === 'any')
            this.#arm(QUIET_MS);
        else if (ending === 'refused')
            this.#arm(REFUSED_MS);
    }
    #received(chunk) {
        try {
            this.reader.add(chunk);
        }
        catch (error) {
            if (!(error instanceof WrongAnswer))
                throw error;
            this.error = error.message;
            this.#finish('answered');
            return;
        }
        const { input, reader } = this;
        if (input.ending === 'any' || input.ending === 'refused')
            this.#listenOn();
        else if (reader.answers.length >= input.expected.length && !reader.hasRest)
            this.#finish('answered');
    }
    /** The client leaves as a polite one does; the engine has to let go of the connection then. */
    async end() {
        const { socket } = this;
        if (socket.destroyed)
            return;
        await new Promise((resolve) => {
            const timer = setTimeout(() => {
                this.error ??= 'the engine keeps a connection whose client has left';
                resolve();
            }, ANSWER_MS);
            socket.once('close', () => {
                clearTimeout(timer);
                resolve();
            });
            socket.resume();
            socket.end();
        });
        socket.destroy();
    }
}
/** What is wrong with what came back; undefined when nothing is. */
function judge(input, reader, why) {
    const { answers } = reader;
    const { ending, expected } = input;
    if (why === 'timeout')
        return `neither answered nor closed within ${ANSWER_MS / 1000} seconds`;
    try {
        for (const [index, answer] of answers.entries()) {
            const isRefusal = input.mayClose === true || ending === 'prefix';
            checkAnswer(answer, isBareRefusal(answer.headers) && isRefusal ? undefined : expected[index]);
        }
    }
    catch (error) {
        if (error instanceof WrongAnswer)
            return error.message;
        throw error;
    }
    if (reader.hasRest && why !== 'closed')
        return 'half an answer';
    switch (ending) {
        case 'answers':
            if (answers.length > expected.length)
                return `${answers.length} answers to one request`;
            return answers.length === expected.length || input.mayClose === true
                ? undefined
                : 'closed without an answer';
        case 'prefix':
            if (answers.length > expected.length)
                return `${answers.length} answers to ${expected.length} requests`;
            return answers.length === expected.length || why === 'closed' ? undefined : 'answers are missing';
        case 'refused': {
            const taken = answers.find((answer) => answer.status < 400);
            return taken === undefined ? undefined : `read as a request: ${taken.status}`;
        }
        default:
            return undefined;
    }
}
function isBareRefusal(headers) {
    return !headers.has('x-request-id');
}
//# sourceMappingURL=lane.js.map