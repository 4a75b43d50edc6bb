import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import tap, {} from 'tap';
import { startPostgres } from '../../src/services/postgres.js';
/** Address of the Postgres that `npm test` starts once for all test files. */
export const SHARED_POSTGRES_VARIABLE = 'HOLDFAST_TEST_POSTGRES';
let own;
async function startOwn() {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-postgres-'));
    // The server runs as another user where we are root.
    chmodSync(directory, 0o755);
    const server = await startPostgres({ directory, fsync: false });
    tap.teardown(async () => {
        await server.stop();
        rmSync(directory, { recursive: true, force: true });
    });
    return server;
}
async function administer(url, statement) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
        await client.query(statement(client));
    }
    finally {
        await client.end();
    }
}
/**
 * Address of a new empty database, dropped when `t` ends. It is on the shared Postgres of `npm test`; a file run by
 * hand starts one for itself. The shared server has fsync off: a test about crashes starts its own.
 */
export async function freshDatabase(t) {
    let shared = process.env[SHARED_POSTGRES_VARIABLE];
    if (shared === undefined) {
        own ??= startOwn();
        shared = (await own).url;
    }
    const server = shared;
    const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
    await administer(server, (client) => `CREATE DATABASE ${client.escapeIdentifier(name)}`);
    // FORCE: a test that failed half way may still have a session there.
    t.teardown(() => administer(server, (client) => `DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`));
    const url = new URL(server);
    url.pathname = `/${name}`;
    return url.href;
}
//# sourceMappingURL=postgres.js.map