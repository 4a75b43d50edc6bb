import { grouped } from './report.js';
const REFRESH_MS = 250;
/** One line on a terminal that says what goes on now; nothing where nobody looks. Finished lines go through `print`. */
export class ProgressLine {
    #stream;
    #timer;
    #what = '';
    #load;
    #lastAccepted = 0;
    constructor(stream = process.stderr) {
        this.#stream = stream;
        if (stream.isTTY)
            this.#timer = setInterval(() => this.#show(), REFRESH_MS);
    }
    /** `load`: whose accepted holds are shown, while one runs. */
    stage(what, load) {
        this.#what = what;
        this.#load = load;
        this.#lastAccepted = load?.counts().accepted ?? 0;
    }
    print(text) {
        this.#clear();
        process.stdout.write(`${text}\n`);
    }
    end() {
        clearInterval(this.#timer);
        this.#clear();
    }
    #show() {
        this.#clear();
        const accepted = this.#load?.counts().accepted;
        const rate = accepted === undefined
            ? ''
            : `, ${grouped((accepted - this.#lastAccepted) * (1000 / REFRESH_MS))} accepted/s`;
        this.#lastAccepted = accepted ?? 0;
        this.#stream.write(`${this.#what}${rate}`.slice(0, (this.#stream.columns ?? 80) - 1));
    }
    #clear() {
        if (this.#stream.isTTY)
            this.#stream.write('\r\u001b[K');
    }
}
//# sourceMappingURL=progress.js.map