import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync, } from 'node:fs';
import { join } from 'node:path';
/**
 * The disk under a Redis that runs with the shim. After the server is dead, `cut` leaves of its append-only files what a power cut
 * would at worst: each file as long as it was at its newest fsync, and only the names of the newest fsync of their directory.
 */
export class Disk {
    #server;
    #directory;
    #baseline;
    /** `server`: the directory of a Redis that runs and is idle. What is there now counts as synced: a file system is older than the sale on it. */
    constructor(server) {
        this.#server = server;
        this.#directory = join(server, 'appendonlydir');
        writeFileSync(join(server, 'power-cut.log'), '');
        this.#baseline = this.#present();
    }
    /** `survives`: which part of the bytes that were not synced is there all the same, 0 … 1. */
    cut(survives) {
        const durable = this.#durable();
        const before = `${this.#directory}.before`;
        rmSync(before, { recursive: true, force: true });
        renameSync(this.#directory, before);
        mkdirSync(this.#directory);
        const byInode = new Map([before, join(this.#server, 'power-cut'), this.#server].flatMap((folder) => filesIn(folder).map(({ path, inode }) => [inode, path])));
        let lostBytes = 0;
        let isTorn = false;
        for (const [name, inode] of durable.names) {
            const source = byInode.get(inode);
            if (source === undefined)
                throw new Error(`the shim did not keep ${name}`);
            const target = join(this.#directory, name);
            copyFileSync(source, target);
            const { size } = statSync(target);
            const synced = Math.min(size, durable.bytes.get(inode) ?? 0);
            const kept = synced + Math.floor((size - synced) * survives);
            truncateSync(target, kept);
            lostBytes += size - kept;
            isTorn ||= kept > synced;
        }
        rmSync(before, { recursive: true, force: true });
        this.#forget();
        return { lostBytes, isTorn };
    }
    #durable() {
        const durable = {
            bytes: new Map(this.#baseline.bytes),
            names: new Map(this.#baseline.names),
        };
        const log = join(this.#server, 'power-cut.log');
        let listing;
        for (const line of existsSync(log) ? readFileSync(log, 'latin1').split('\n') : []) {
            const [kind, inode, rest] = [
                line.charAt(0),
                line.split(' ')[1] ?? '',
                line.split(' ').slice(2).join(' '),
            ];
            if (kind === 'S')
                durable.bytes.set(inode, Number(rest));
            else if (kind === 'D')
                listing = new Map();
            else if (kind === 'N')
                listing?.set(rest, inode);
            else if (kind === 'E' && listing?.has('appendonly.aof.manifest'))
                durable.names = listing;
        }
        return durable;
    }
    /** What is on the disk after a cut is durable, and the notes begin anew. */
    #forget() {
        rmSync(join(this.#server, 'power-cut'), { recursive: true, force: true });
        writeFileSync(join(this.#server, 'power-cut.log'), '');
        this.#baseline = this.#present();
    }
    #present() {
        const files = filesIn(this.#directory);
        return {
            bytes: new Map(files.map(({ inode, size }) => [inode, size])),
            names: new Map(files.map(({ name, inode }) => [name, inode])),
        };
    }
}
function filesIn(folder) {
    if (!existsSync(folder))
        return [];
    return readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        const { ino, size, isFile } = statInfo(path);
        return isFile ? [{ name, path, inode: String(ino), size }] : [];
    });
}
function statInfo(path) {
    const stat = statSync(path);
    return { ino: stat.ino, size: stat.size, isFile: stat.isFile() };
}
//# sourceMappingURL=disk.js.map