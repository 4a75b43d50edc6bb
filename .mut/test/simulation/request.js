export function requestIdOf(actor) {
    return actor.slice(0, actor.indexOf('|'));
}
/** `held`, `confirmed`, … or the code of the refusal. */
export function wordOf(outcome) {
    if (outcome === undefined)
        return 'nothing';
    if (outcome.kind === 'hold')
        return outcome.replayed ? `${outcome.hold.state} before` : outcome.hold.state;
    return outcome.kind === 'refused' ? outcome.code : outcome.kind;
}
/** After these nobody knows whether it happened; any other refusal says for certain that it did not and will not. */
const OPEN = new Set(['outcome_unknown', 'store_rolled_back']);
export function isCertainRefusal(outcome) {
    return outcome?.kind === 'refused' && !OPEN.has(outcome.code);
}
//# sourceMappingURL=request.js.map