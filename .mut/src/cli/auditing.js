import { address, parseArguments } from './arguments.js';
import { credentialsFrom } from './credentials.js';
import { auditPartition, auditSku, repairSku } from './engine-api.js';
import { HttpClient } from './http-client.js';
export const AUDIT_HELP = `Usage: npm run audit -- [OPTIONS] [SKU…]

Counts every SKU (or those named) in every way there is, at one event: its counters, its holds and its buyers one by one in
Redis, and its whole history in Postgres. Selling goes on meanwhile. The exit code is 0 when all agree, 1 when something
differs, 2 when the audit could not run.

  --sku SKU         a SKU to audit, as if named; may be repeated
  --repair          put counters right where everything else agrees. Units are given back only when a second count finds the
                    same and nothing happened between the two: pause the sales of the SKU's partition first
  --admin-url URL   operations listener       (http://127.0.0.1:9090)
  --json FILE       write what was found there, as JSON

With AUTH=on: HOLDFAST_ADMIN_TOKEN in the environment.
`;
const OPTIONS = {
    'admin-url': { type: 'string', default: 'http://127.0.0.1:9090' },
    sku: { type: 'string', multiple: true },
    repair: { type: 'boolean', default: false },
    json: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
};
/** A large partition takes a while to count, and the ledger may have to catch up first. */
const ATTEMPT_TIMEOUT_MS = 300_000;
/** Throws `UsageError`; answers `help` when that was asked. */
export function parseAuditOptions(argv) {
    const { values, positionals } = parseArguments(argv, OPTIONS);
    if (values.help)
        return 'help';
    return {
        adminUrl: address('--admin-url', values['admin-url']),
        repair: values.repair,
        jsonFile: values.json,
        skus: [...(values.sku ?? []), ...positionals],
    };
}
/** SKUs that still differ. */
export function unresolvedOf({ different, repairs }) {
    const resolved = new Set(repairs.filter(({ audit }) => audit.conserved).map(({ sku }) => sku));
    return different.filter(({ sku }) => !resolved.has(sku));
}
/** Audits the SKUs named, or all, partition by partition; then repairs where that was asked. */
export async function runAudit(options, environment, progress) {
    const operations = new HttpClient({
        baseUrl: options.adminUrl,
        option: '--admin-url',
        sockets: 1,
        attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
        authorise: credentialsFrom(environment).operations,
    });
    try {
        const found = options.skus.length > 0
            ? await auditNamed(operations, options.skus, progress)
            : await auditAll(operations, progress);
        const repairs = options.repair ? await repairAll(operations, found.different, progress) : [];
        return { ...found, repairs };
    }
    finally {
        progress.stop();
        operations.close();
    }
}
async function auditNamed(operations, skus, progress) {
    const different = [];
    progress.stage('Auditing SKUs', skus.length);
    for (const sku of skus) {
        const report = await auditSku(operations, sku);
        if (!report.conserved)
            different.push(report);
        progress.step();
    }
    return { skus: skus.length, different };
}
async function auditAll(operations, progress) {
    const first = await auditPartition(operations, 0);
    const different = [...first.different];
    let { skus } = first;
    progress.stage('Auditing partitions', first.partitions);
    progress.step();
    for (let partition = 1; partition < first.partitions; partition += 1) {
        const report = await auditPartition(operations, partition);
        different.push(...report.different);
        skus += report.skus;
        progress.step();
    }
    return { skus, different };
}
async function repairAll(operations, different, progress) {
    const repairable = different.filter(({ remedy }) => remedy === 'withhold' || remedy === 'give_back');
    const repairs = [];
    if (repairable.length > 0)
        progress.stage('Repairing SKUs', repairable.length);
    for (const { sku } of repairable) {
        repairs.push(await repairSku(operations, sku));
        progress.step();
    }
    return repairs;
}
//# sourceMappingURL=auditing.js.map