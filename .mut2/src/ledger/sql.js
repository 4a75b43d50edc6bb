import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
/** The compiler does not copy `.sql`: from `dist/src/ledger` the way to the package root and back into the sources. */
const FOLDER = new URL('../../../src/ledger/', import.meta.url);
/** Text of an SQL file of this folder, by its path within, for example `queries/find-hold.sql`. */
export function sql(path) {
    return readFileSync(new URL(path, FOLDER), 'utf8');
}
/** The SQL files of a folder in the order of their names. */
export function sqlFiles(folder) {
    return readdirSync(fileURLToPath(new URL(folder, FOLDER)))
        .filter((name) => name.endsWith('.sql'))
        .sort()
        .map((name) => ({ name, text: sql(`${folder}/${name}`) }));
}
//# sourceMappingURL=sql.js.map