import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { until } from '../support/until.js';
/** A Postgres that can be backed up while it runs: the log says enough to be replayed over a copy. */
export const ARCHIVABLE = { wal_level: 'replica', max_wal_senders: '2' };
/** Owner, mode and times are kept: Postgres looks at them. A file that vanishes meanwhile is no error, as its manual says. */
function copyFolder(from, to) {
    const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
    const serious = stderr.split('\n').filter((line) => line !== '' && !/No such file/.test(line));
    if (status !== 0 && serious.length > 0)
        throw new Error(`cp: ${serious.join('\n')}`);
}
/** Beside the original, so that it is owned by the same account and on the same disk. */
function emptyFolder(near, name) {
    const folder = join(near, `${name}-${process.hrtime.bigint()}`);
    execFileSync('mkdir', ['-m', '700', folder]);
    return folder;
}
/** What `pg_basebackup -X fetch` does: a copy between start and stop, and the log that makes it whole. */
export async function backUpPostgres(server, directory) {
    const data = join(directory, 'data');
    const copy = emptyFolder(directory, 'backup');
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
        await client.query("SELECT pg_backup_start('drill', true)");
        copyFolder(data, copy);
        const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
        // The log up to the end of the backup: without it the copy is of no single moment.
        copyFolder(join(data, 'pg_wal'), join(copy, 'pg_wal'));
        writeFileSync(join(copy, 'backup_label'), rows[0].labelfile);
    }
    finally {
        await client.end();
    }
    rmSync(join(copy, 'postmaster.pid'), { force: true });
    execFileSync('chown', ['-R', `--reference=${data}`, copy]);
    return copy;
}
/** The server is gone with its data; it comes back from a backup. */
export async function restorePostgres(server, directory, backup) {
    const data = join(directory, 'data');
    await server.kill('SIGKILL');
    for (const name of execFileSync('ls', ['-A', data], { encoding: 'utf8' }).split('\n').filter(Boolean))
        rmSync(join(data, name), { recursive: true, force: true });
    copyFolder(backup, data);
    await server.restart();
}
/**
 * As Redis documents it: rewrites off, none under way, hard links to the files, rewrites on again; then the links are copied at
 * leisure. The last file goes on growing meanwhile, so that the copy may end in the middle of a write.
 */
export async function backUpRedis(redis) {
    const client = new Redis(redis.url);
    const [, percentage = '100'] = (await client.config('GET', 'auto-aof-rewrite-percentage'));
    try {
        await client.config('SET', 'auto-aof-rewrite-percentage', '0');
        await until(async () => /aof_rewrite_in_progress:0/.test(await client.info('persistence')));
        const links = emptyFolder(redis.directory, 'links');
        const copy = emptyFolder(redis.directory, 'backup');
        execFileSync('cp', ['-al', `${join(redis.directory, 'appendonlydir')}/.`, links]);
        await client.config('SET', 'auto-aof-rewrite-percentage', percentage);
        execFileSync('cp', ['-a', `${links}/.`, copy]);
        rmSync(links, { recursive: true });
        return copy;
    }
    finally {
        client.disconnect();
    }
}
/** Redis is gone with its data; it comes back from a backup, without the write in whose middle that may end. */
export async function restoreRedis(redis, backup) {
    const folder = join(redis.directory, 'appendonlydir');
    await redis.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    execFileSync('mkdir', [folder]);
    copyFolder(backup, folder);
    cutIncompleteWrite(folder);
    await redis.restart();
}
function cutIncompleteWrite(folder) {
    const manifest = join(folder, 'appendonly.aof.manifest');
    const checked = spawnSync('redis-check-aof', ['--fix', manifest], { input: 'y\n', encoding: 'utf8' });
    if (checked.status !== 0)
        throw new Error(`redis-check-aof --fix: ${checked.stdout}${checked.stderr}`);
}
//# sourceMappingURL=backups.js.map