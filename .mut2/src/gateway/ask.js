/** One command as a promise, for the rare calls; holds are asked for with a callback. Never rejects. */
export function ask(actors, command) {
    return new Promise((resolve) => actors.submit(command, resolve));
}
export function refuse(responder, refusal) {
    responder.problem(refusal.code, refusal);
}
export function refuseInput(responder, errors) {
    responder.problem('invalid_request', { errors });
}
/** For an outcome of a kind this command never has: a bug behind the gateway, answered as one. */
export function unexpected(outcome) {
    return new Error(`an outcome of kind ${outcome.kind} does not answer this command`);
}
//# sourceMappingURL=ask.js.map