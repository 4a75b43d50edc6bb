import { createHash } from 'node:crypto';
import { sqlFiles } from './sql.js';
/** Any number will do; it must be the same in every engine. */
const MIGRATION_LOCK = 4_711_002;
/** The schema in Postgres is not one this code can work with. The message says what to do. */
export class SchemaRefused extends Error {
    name = 'SchemaRefused';
}
/**
 * Brings the schema `holdfast` up to this code, all of it in one transaction; engines that start together take turns.
 * Throws `SchemaRefused` on a schema newer than the code and on a migration that was changed after it ran.
 */
export async function migrate(client, migrations = sqlFiles('migrations')) {
    await client.query('BEGIN');
    try {
        await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
        await client.query('CREATE SCHEMA IF NOT EXISTS holdfast');
        await client.query(`CREATE TABLE IF NOT EXISTS holdfast.migrations (
      name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz(3) NOT NULL DEFAULT now())`);
        const { rows } = await client.query('SELECT name, checksum FROM holdfast.migrations ORDER BY name');
        const missing = missingMigrations(migrations, rows);
        for (const { name, text } of missing) {
            await client.query(text);
            await client.query('INSERT INTO holdfast.migrations (name, checksum) VALUES ($1, $2)', [
                name,
                checksumOf(text),
            ]);
        }
        await client.query('COMMIT');
        return { applied: missing.map(({ name }) => name) };
    }
    catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
    }
}
function missingMigrations(known, applied) {
    const files = new Map(known.map((file) => [file.name, file]));
    for (const { name, checksum } of applied) {
        const file = files.get(name);
        if (file === undefined) {
            throw new SchemaRefused(`The ledger's schema has the migration ${name}, which this version of Holdfast does not know: ` +
                'it was made by a newer one. Start that version, or a newer one.');
        }
        if (checksumOf(file.text) !== checksum) {
            throw new SchemaRefused(`The migration ${name} was changed after it ran on this ledger. Restore the file, and add a new migration instead.`);
        }
    }
    const done = new Set(applied.map(({ name }) => name));
    return known.filter(({ name }) => !done.has(name));
}
function checksumOf(text) {
    return createHash('sha256').update(text).digest('hex');
}
//# sourceMappingURL=migrator.js.map