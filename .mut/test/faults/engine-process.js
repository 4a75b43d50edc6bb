import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineLog } from '../../src/services/engine-log.js';
import { sendSignal } from '../../src/services/processes.js';
import { superviseEngine } from '../../src/services/supervisor.js';
import { until } from '../support/until.js';
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const READY_MS = 60_000;
const DRAIN_MS = 10_000;
/** As the first restart after `npm start`: the deaths are ours, so they do not count as "keeps ending". */
const RESTART_MS = 250;
/** The engine as a process under the supervisor of `npm start`, on fixed ports, so that clients find it again. */
export class EngineProcess {
    storefrontPort;
    operationsPort;
    /** Its log, JSON lines of every life. */
    logFile;
    /** What it runs from its next start on: another version may take over. */
    main = MAIN;
    #environment;
    #identityFile;
    #supervisor;
    #log;
    #lives = 0;
    #ended;
    #notes = [];
    constructor(directory, environment) {
        const name = randomUUID().slice(0, 8);
        this.#environment = environment;
        this.storefrontPort = Number(environment.PORT);
        this.operationsPort = Number(environment.ADMIN_PORT);
        this.logFile = join(directory, `engine-${name}.log`);
        this.#identityFile = join(directory, `engine-${name}.json`);
        this.start();
    }
    get storefrontUrl() {
        return `http://127.0.0.1:${this.storefrontPort}`;
    }
    get operationsUrl() {
        return `http://127.0.0.1:${this.operationsPort}`;
    }
    /** Process id of the present life. Throws while there is none. */
    get pid() {
        const { pid } = JSON.parse(readFileSync(this.#identityFile, 'utf8'));
        return pid;
    }
    /** How often it came to serve. */
    get lives() {
        return this.#lives;
    }
    /** Starts it again after `terminate`; also its first start. */
    start() {
        this.#ended = undefined;
        this.#log = engineLog(this.logFile, (line) => {
            this.#notes.push(line);
            if (this.#notes.length > 20)
                this.#notes.shift();
        });
        this.#supervisor = superviseEngine({
            main: this.main,
            environment: { ...process.env, ...this.#environment },
            log: this.#log,
            identityFile: this.#identityFile,
            drainMs: DRAIN_MS,
            restarts: { next: () => RESTART_MS },
            note: (line) => this.#notes.push(line),
            onReady: (_urls) => {
                this.#lives += 1;
            },
        });
        void this.#supervisor.finished.then((code) => {
            this.#ended = code;
        });
    }
    /** Waits until it served `lives` times. Throws with its last warnings when it ends for good or takes too long. */
    async ready(lives = 1) {
        try {
            await until(() => this.#lives >= lives || this.#ended !== undefined, { timeoutMs: READY_MS });
        }
        catch {
            throw new Error(`the engine was not ready within ${READY_MS} ms; it said:\n${this.#notes.join('\n')}`);
        }
        if (this.#lives < lives)
            throw new Error(`the engine ended; it said:\n${this.#notes.join('\n')}`);
    }
    /** A signal to the present life; the supervisor starts the next one when it ends of it. */
    signal(signal) {
        sendSignal(this.pid, signal);
    }
    /** SIGTERM as Ctrl-C on `npm start` gives it. Answers the exit code of the command: 0 for a drain in time. */
    async terminate() {
        this.#supervisor?.stop();
        return await this.#finished();
    }
    /** SIGKILL, and no other life. */
    async close() {
        this.#supervisor?.kill();
        await this.#finished();
    }
    async #finished() {
        const code = (await this.#supervisor?.finished) ?? 0;
        await this.#log?.close();
        return code;
    }
}
//# sourceMappingURL=engine-process.js.map