import { createHash, randomBytes } from 'node:crypto';
import { migrate } from './migrator.js';
import { sql } from './sql.js';
/** Any number will do; it must be the same in every engine. */
const DEPLOYMENT_LOCK = 4_711_003;
/** What the settings say contradicts what the deployment was made with. The message says what to do. */
export class DeploymentRefused extends Error {
    name = 'DeploymentRefused';
}
/**
 * Migrates, then makes the deployment (first start: a first epoch, a secret) or compares with it (later starts). Engines that
 * start together take turns. Throws `DeploymentRefused`, `SchemaRefused`, or the connection's error.
 */
export async function openDeployment(pool, settings) {
    return withClient(pool, async (client) => {
        await migrate(client);
        return inTransaction(client, async () => {
            const found = await readDeployment(client);
            if (found === undefined)
                await createDeployment(client, settings);
            const stored = found ?? (await readDeployment(client));
            if (stored.partitions !== settings.partitions) {
                throw new DeploymentRefused(`PARTITIONS is ${settings.partitions}, but this deployment was made with ${stored.partitions}, ` +
                    `which cannot change: set PARTITIONS=${stored.partitions}.`);
            }
            const { rows } = await client.query(sql('queries/newest-epoch.sql'));
            const newest = rows[0];
            return {
                epoch: newest.epoch,
                firstEpoch: newest.first_epoch,
                partitions: stored.partitions,
                holdIdSecret: secretOf(stored, settings.holdIdSecret ?? ''),
                stockReady: newest.stock_ready,
                recovery: newest.recovering ? 'unfinished' : newest.recovered ? 'finished' : 'none',
                positions: await readPositions(client),
            };
        });
    });
}
/**
 * Begins a new life of the stock store: nothing that still names the old epoch is written or sold from here on. The
 * positions start again at 0, as the events of the new epoch do.
 */
export async function mintEpoch(pool, reason) {
    return withClient(pool, (client) => inTransaction(client, async () => {
        const { rows } = await client.query(sql('statements/mint-epoch.sql'), [reason]);
        const { epoch } = rows[0];
        await client.query(sql('statements/reset-positions.sql'), [epoch]);
        return epoch;
    }));
}
/** Says that every partition of the stock store was made; an empty one found later has lost what it had. */
export async function markStockReady(pool, epoch) {
    await pool.query(sql('statements/mark-stock-ready.sql'), [epoch]);
}
/** How far the ledger has each partition, in order of partition. */
export async function readPositions(client) {
    const { rows } = await client.query(sql('statements/read-positions.sql'));
    return rows.map((row) => ({
        partition: Number(row.partition),
        epoch: Number(row.epoch),
        seq: Number(row.seq),
        at: Number(row.at),
        acknowledged: Number(row.acknowledged),
    }));
}
/** Of the newest event of each partition in the ledger, where there is one and it could be read. */
export async function readNewestDigests(pool) {
    const { rows } = await pool.query(sql('queries/read-newest-digests.sql'));
    return rows.map(({ partition, seq, digest }) => ({ partition, seq: Number(seq), digest }));
}
/** Keeps what the stock store must reach again before it is sold from; index of `seqs`: partition. */
export async function raiseAcknowledged(pool, epoch, seqs) {
    const partitions = seqs.map((_, partition) => partition);
    await pool.query(sql('statements/raise-acknowledged.sql'), [epoch, partitions, seqs]);
}
async function readDeployment(client) {
    const { rows } = await client.query(sql('queries/read-deployment.sql'));
    return rows[0];
}
async function createDeployment(client, settings) {
    const given = settings.holdIdSecret ?? '';
    const secret = given === '' ? randomBytes(32).toString('base64url') : null;
    await client.query(sql('statements/insert-deployment.sql'), [
        settings.partitions,
        secret,
        digestOf(secret ?? given),
    ]);
    const minted = await client.query(sql('statements/mint-epoch.sql'), ['first start']);
    await client.query(sql('statements/insert-positions.sql'), [settings.partitions, minted.rows[0].epoch]);
}
function secretOf(stored, given) {
    if (given === '') {
        if (stored.hold_id_secret !== null)
            return stored.hold_id_secret;
        throw new DeploymentRefused('HOLD_ID_SECRET is empty, but this deployment was made with one: set it to the same secret.');
    }
    if (digestOf(given) === stored.hold_id_secret_digest)
        return given;
    throw new DeploymentRefused('HOLD_ID_SECRET is not the one this deployment was made with: with another secret a repeated request would get ' +
        'another hold. Set it to the same secret, or leave it empty where Holdfast minted one.');
}
function digestOf(secret) {
    return createHash('sha256').update('holdfast hold id secret\0').update(secret).digest('hex');
}
/** A client of the pool for `work`; destroyed when that fails, for it may be in the middle of a transaction. */
export async function withClient(pool, work) {
    const client = await pool.connect();
    // An error while checked out is also the error of the query it meets; unheard it would end the process.
    const heard = () => undefined;
    client.on('error', heard);
    let failed = true;
    try {
        const answer = await work(client);
        failed = false;
        return answer;
    }
    finally {
        client.removeListener('error', heard);
        client.release(failed);
    }
}
/** One transaction at a time over all engines and recoveries; rolled back by `withClient` when `work` fails. */
export async function inTransaction(client, work) {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [DEPLOYMENT_LOCK]);
    const answer = await work();
    await client.query('COMMIT');
    return answer;
}
//# sourceMappingURL=deployment.js.map