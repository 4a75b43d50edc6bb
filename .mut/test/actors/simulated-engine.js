import { GatewayBoard } from '../../src/actors/board.js';
import { BoardMemory } from '../../src/actors/board-memory.js';
import { createdHold } from '../../src/actors/resolution.js';
import { Shard } from '../../src/actors/shard.js';
import { HoldIdMinter } from '../../src/domain/hold-id.js';
import { partitionOf } from '../../src/domain/partition.js';
import { SharedState } from '../../src/domain/shared-state.js';
import { StockModel } from '../stock/model.js';
import { ManualClock } from './manual-clock.js';
export const LIMITS = {
    requestBudgetMs: 2000,
    mailboxCommands: 1000,
    mailboxWaitMs: 500,
    boardFreshMs: 200,
    pollMs: 100,
    unknownSkuMs: 250,
    idempotencyRetentionMs: 3_600_000,
    eventRetentionMs: 60_000,
};
const TIMEOUT_MS = 300;
/**
 * The way to the store, with the faults a network has. `stuck`: reported lost, executed up to 3 s later, when nobody
 * expects it any more.
 */
export class SimulatedNetwork {
    model;
    #clock;
    #fault;
    #random;
    flushes = 0;
    constructor(model, clock, random, fault) {
        this.model = model;
        this.#clock = clock;
        this.#random = random;
        this.#fault = fault;
    }
    async execute(calls) {
        this.flushes += 1;
        const fault = this.#fault();
        if (fault === 'not_sent')
            return calls.map(() => ({ kind: 'not_sent', reason: 'simulated' }));
        if (fault === 'stuck') {
            this.#clock.setTimer(this.#random() * 3000, () => {
                for (const call of calls)
                    this.model.run(call);
            });
        }
        await this.#pause(1 + this.#random() * 3);
        const isExecuted = fault === 'none' || fault === 'lost_after';
        const results = isExecuted ? await this.model.execute(calls) : [];
        if (fault === 'none') {
            await this.#pause(1 + this.#random() * 3);
            return results;
        }
        await this.#pause(TIMEOUT_MS);
        return calls.map(() => ({ kind: 'lost', reason: 'simulated' }));
    }
    #pause(milliseconds) {
        return new Promise((resolve) => {
            this.#clock.setTimer(milliseconds, resolve);
        });
    }
}
const minter = new HoldIdMinter('a secret of the simulation');
export function holdIdOf(sku, key, partitions) {
    minter.scope('shop', sku, key);
    return minter.mint(partitionOf(sku, partitions));
}
/** A store of one partition on a clock of its own. */
export function simulatedStore() {
    const clock = new ManualClock();
    const model = new StockModel({
        clock: () => Math.floor(clock.now()),
        epoch: 1,
        partitions: 1,
        adjustmentRetentionMs: 60_000,
    });
    return { clock, model };
}
/** An engine without threads: board and shard on a manual clock, with a network of its own to the model of the store. */
export class SimulatedEngine {
    board;
    shared;
    network;
    shard;
    #clock;
    #partitions;
    #knowsTime = false;
    constructor(options) {
        const { clock, network } = options;
        const { model } = network;
        const partitions = model.partitions.length;
        this.#clock = clock;
        this.#partitions = partitions;
        this.network = network;
        this.shared = new SharedState(partitions);
        const memory = new BoardMemory({ partitions, rows: 64, originMs: clock.monotonic() - 10 });
        this.board = new GatewayBoard({
            memory,
            clock,
            freshMs: LIMITS.boardFreshMs,
            fingerprints: 65_536,
            retentionMs: 7_200_000,
        });
        this.shard = new Shard({
            index: 0,
            owned: model.partitions.map((_, partition) => partition),
            partitions,
            epoch: 1,
            life: 0,
            limits: { ...LIMITS, ...options.limits },
            clock,
            store: network,
            events: {
                read: async (partition, afterSeq, limit) => model.partitions[partition].events.filter((event) => event.seq > afterSeq).slice(0, limit),
            },
            shared: this.shared,
            board: memory,
            outlet: {
                created: (submission, expiresAt) => submission.ticket(createdHold(submission, expiresAt)),
                answer: (submission, outcome) => submission.ticket(outcome),
                boardRow: (row) => this.board.addRow(row),
                foreignKeys: (keys) => this.board.addForeignKeys(keys),
                keysKnown: () => undefined,
                lostEvent: () => undefined,
            },
            soon: queueMicrotask,
            rows: [],
            keysKnown: new Map(),
        });
    }
    submit(command, reply) {
        this.shard.submit(command, reply, this.#clock.monotonic());
    }
    /** As a shard's thread does it before it listens: without Redis' time nothing is done. Moves time. */
    async learnTime() {
        let isLearning = !this.#knowsTime;
        this.#knowsTime = true;
        if (!isLearning)
            return;
        void this.shard.learnTime().then(() => {
            isLearning = false;
        });
        for (let waited = 0; isLearning && waited < 5000; waited += 1)
            await this.#clock.advance(1);
    }
    /** Submits and moves time until the answer is there. */
    async ask(command) {
        await this.learnTime();
        let answer;
        this.submit(command, (outcome) => {
            answer = outcome;
        });
        for (let waited = 0; answer === undefined && waited < 5000; waited += 1)
            await this.#clock.advance(1);
        if (answer === undefined)
            throw new Error(`${command.kind} was never answered`);
        return answer;
    }
    /** As the gateway does it: refused by the board, or submitted. Answers what the board said. */
    buy(sku, key, quantity, buyerId, reply) {
        const fingerprint = minter.scope('shop', sku, key);
        const verdict = this.board.look(sku, quantity, fingerprint);
        if (verdict !== 'ask' && verdict !== 'ask_new')
            return verdict;
        this.board.remember(fingerprint);
        const command = {
            kind: 'hold',
            holdId: minter.mint(partitionOf(sku, this.#partitions)),
            sku,
            buyerId,
            quantity,
            actor: 'r|k|',
            certainlyNew: verdict === 'ask_new',
        };
        this.submit(command, reply);
        return verdict;
    }
}
//# sourceMappingURL=simulated-engine.js.map