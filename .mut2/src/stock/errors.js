/** Errors Redis gives before it runs anything: the call certainly did not happen. */
const REFUSED_BEFORE_RUNNING = /^(LOADING|READONLY|MASTERDOWN|NOREPLICAS|MISCONF|NOAUTH|NOPERM|WRONGPASS|BUSY|CLUSTERDOWN|TRYAGAIN|MOVED|ASK)\b/;
/** Of those, what passes by itself within moments: a slot on its way to another node, a cluster that elects. */
const PASSING = /^(CLUSTERDOWN|TRYAGAIN|MOVED|ASK)\b/;
/** ioredis' words for a command it did not write, because the connection was not ready. */
const NEVER_WRITTEN = /Stream isn't writeable|Connection is in subscriber mode/;
/** Whether the library is missing (Redis was flushed or replaced): certainly not executed. */
export function isFunctionMissing(error) {
    return error.message.startsWith('ERR Function not found');
}
/**
 * What an error says of the call. Where it says nothing certain (a timeout, a closed connection, a script error) the
 * call may have happened: `lost`. Redis cannot roll a script back, so a script error is no proof that nothing was written.
 */
export function classifyError(error) {
    const { message } = error;
    if (message.startsWith('OOM'))
        return { kind: 'out_of_memory' };
    if (PASSING.test(message))
        return { kind: 'not_sent', reason: message, passing: true };
    if (REFUSED_BEFORE_RUNNING.test(message) || NEVER_WRITTEN.test(message) || isFunctionMissing(error)) {
        return { kind: 'not_sent', reason: message };
    }
    return { kind: 'lost', reason: message };
}
//# sourceMappingURL=errors.js.map