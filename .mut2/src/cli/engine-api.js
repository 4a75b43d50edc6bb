/** The engine said something the command cannot go on with. The message is for the user. */
export class UnexpectedAnswer extends Error {
    name = 'UnexpectedAnswer';
}
/** The stable word of a problem document; the status where there is none. */
export function codeOf(answer) {
    const code = member(answer.body, 'code');
    return typeof code === 'string' ? code : `status ${answer.status}`;
}
export function member(value, name) {
    return typeof value === 'object' && value !== null ? value[name] : undefined;
}
/** Throws unless the answer has one of the statuses: what was asked cannot be refused in a healthy engine. */
export function expectStatus(what, answer, ...statuses) {
    if (statuses.includes(answer.status))
        return answer;
    const detail = member(answer.body, 'detail');
    const hint = answer.status === 401
        ? ' (set HOLDFAST_KEY_ID and HOLDFAST_SECRET for the storefront, HOLDFAST_ADMIN_TOKEN for operations)'
        : '';
    throw new UnexpectedAnswer(`${what} was answered ${answer.status} ${codeOf(answer)}${typeof detail === 'string' ? `: ${detail}` : ''}${hint}`);
}
/** Most units one hold may ask for, as the engine's own description of itself says. */
export async function readMaximumQuantity(storefront) {
    const { body } = expectStatus('/openapi.json', await storefront.call('GET', '/openapi.json'), 200);
    const operation = at(body, [
        'paths',
        '/v1/holds',
        'post',
        'requestBody',
        'content',
        'application/json',
        'schema',
    ]);
    const maximum = at(resolved(body, operation), ['properties', 'quantity', 'maximum']);
    if (typeof maximum !== 'number') {
        throw new UnexpectedAnswer('The engine does not say in /openapi.json how many units a hold may ask for.');
    }
    return maximum;
}
function at(value, path) {
    return path.reduce((inner, name) => member(inner, name), value);
}
/** A schema that is only a reference into the same document, followed once. */
function resolved(document, schema) {
    const reference = member(schema, '$ref');
    return typeof reference === 'string' ? at(document, reference.split('/').slice(1)) : schema;
}
/** The sum of one SKU, in every way it can be counted. */
export async function auditSku(operations, sku) {
    const answer = await operations.call('GET', `/v1/skus/${encodeURIComponent(sku)}/audit`);
    return expectStatus(`The audit of ${sku}`, answer, 200).body;
}
/** All SKUs of a partition; those that differ are in the answer. */
export async function auditPartition(operations, partition) {
    const answer = await operations.call('GET', `/v1/audit?partition=${partition}`);
    return expectStatus(`The audit of partition ${partition}`, answer, 200).body;
}
/** Puts counters right where that is proved. */
export async function repairSku(operations, sku) {
    const answer = await operations.call('POST', `/v1/skus/${encodeURIComponent(sku)}/repair`);
    return expectStatus(`The repair of ${sku}`, answer, 200).body;
}
//# sourceMappingURL=engine-api.js.map