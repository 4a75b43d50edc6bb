import { actorOf } from '../domain/command.js';
import { refuseInput } from './ask.js';
import { ofSku } from './of-sku.js';
/** `GET /v1/skus/{sku}/audit` */
export const auditSku = ofSku(async (sku, context, _request, responder) => {
    answer(responder, await context.ledger.audit(sku));
});
/** `POST /v1/skus/{sku}/repair` */
export const repairSku = ofSku(async (sku, context, request, responder) => {
    const actor = actorOf(responder.requestId, request.principal.keyId, '');
    answer(responder, await context.ledger.repair(sku, actor));
});
function answer(responder, report) {
    if (report === undefined)
        responder.problem('unknown_sku');
    else
        responder.ok(JSON.stringify(report));
}
/** `GET /v1/audit?partition=`: one partition is counted at once, however many SKUs it has. */
export async function auditPartition(context, request, responder) {
    const partitions = context.config.PARTITIONS;
    const query = [...new URLSearchParams(request.query)];
    const [name = 'partition', value = ''] = query[0] ?? [];
    const partition = /^[0-9]{1,4}$/.test(value) ? Number(value) : Number.NaN;
    if (query.length !== 1 || name !== 'partition' || !(partition < partitions)) {
        const detail = `must be a whole number from 0 to ${partitions - 1}, and the only parameter`;
        return refuseInput(responder, [{ pointer: '/query/partition', detail }]);
    }
    responder.ok(JSON.stringify(await context.ledger.auditPartition(partition)));
}
//# sourceMappingURL=audits.js.map