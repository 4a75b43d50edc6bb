import { refused } from '../../src/domain/outcome.js';
import { partitionOf } from '../../src/domain/partition.js';
import { wordOf } from './request.js';
export const CREDENTIAL = 'shop';
/** Storefronts and operators: asks engines as the gateway would, and keeps a record of every question and answer. */
export class Storefront {
    requests = new Map();
    #now;
    #partitions;
    #trace;
    #coverage;
    #auditor;
    constructor(options) {
        this.#now = options.now;
        this.#partitions = options.partitions;
        this.#trace = options.trace;
        this.#coverage = options.coverage;
        this.#auditor = options.auditor;
    }
    /** Asks for a hold as `createHold` of the gateway does: the board first, the actors if it does not refuse. */
    buy(engine, purchase, told = () => undefined) {
        const { parts } = engine;
        if (parts === undefined || !engine.isServing)
            return;
        const { sku, key, quantity, buyerId } = purchase;
        const { minter, router } = parts;
        const fingerprint = minter.scope(CREDENTIAL, sku, key);
        const verdict = router.board.look(sku, quantity, fingerprint);
        const holdId = minter.mint(partitionOf(sku, this.#partitions));
        purchase.holdId = holdId;
        const isAsked = verdict === 'ask' || verdict === 'ask_new';
        const command = (actor) => ({
            ...{ kind: 'hold', holdId, sku, buyerId, quantity, actor },
            certainlyNew: verdict === 'ask_new',
        });
        if (isAsked) {
            router.board.remember(fingerprint);
            this.ask(engine, command, told);
            return;
        }
        const request = this.#record(engine, command);
        request.byBoard = true;
        this.#answer(request, refused(verdict), told);
    }
    /** Asks an engine's actors. `command` is given the actor that its events will name. */
    ask(engine, command, told = () => undefined) {
        const { parts } = engine;
        if (parts === undefined || !engine.isServing)
            return;
        const request = this.#record(engine, command);
        parts.router.submit(request.command, (outcome) => this.#answer(request, outcome, told));
    }
    #record(engine, command) {
        const id = `r${this.requests.size + 1}`;
        const request = {
            id,
            command: command(`${id}|k|`),
            engine: engine.name,
            engineLife: engine.lives,
            askedAt: this.#now(),
            askedAfterRollBack: engine.isRolledBack,
            answers: 0,
            answeredAt: 0,
            outcome: undefined,
            byBoard: false,
        };
        this.requests.set(id, request);
        this.#trace.tell(engine.name, `${id} asked ${textOf(request.command)}`);
        return request;
    }
    #answer(request, outcome, told) {
        request.answers += 1;
        request.answeredAt = this.#now();
        request.outcome = outcome;
        const word = `${request.byBoard ? 'board ' : ''}${wordOf(outcome)}`;
        this.#coverage.count(`answer ${request.command.kind} ${word}`);
        this.#trace.tell(request.engine, `${request.id} answered ${word}`);
        this.#auditor().answers.answered(request);
        told(outcome);
    }
}
function textOf(command) {
    const { kind } = command;
    switch (kind) {
        case 'hold':
            return `hold ${command.quantity} ${command.sku} for ${command.buyerId} as ${command.holdId.slice(0, 8)}`;
        case 'confirm':
            return `confirm ${command.holdId.slice(0, 8)} with ${command.paymentRef}`;
        case 'release':
        case 'read_hold':
            return `${kind} ${command.holdId.slice(0, 8)}`;
        case 'define':
            return `define ${JSON.stringify(command.definition)}`;
        case 'patch':
            return `patch ${JSON.stringify(command.patch)}`;
        case 'change_state':
            return `${command.action} ${command.sku}`;
        case 'adjust':
            return `adjust ${command.sku} by ${command.delta} (${command.reason})`;
        case 'read_sku':
            return `read ${command.sku}`;
    }
}
//# sourceMappingURL=storefront.js.map