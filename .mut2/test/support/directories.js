import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
/** Where `npm test` wants everything of this run, so that it can sweep up after a test file that was killed. */
export const RUN_DIRECTORY_VARIABLE = 'HOLDFAST_TEST_DIRECTORY';
/** A new empty directory, removed when the test `t` ends. Readable by all, so that Postgres may run as another user. */
export function temporaryDirectory(t, name = 'test') {
    const directory = mkdtempSync(join(process.env[RUN_DIRECTORY_VARIABLE] ?? tmpdir(), `holdfast-${name}-`));
    chmodSync(directory, 0o755);
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
}
//# sourceMappingURL=directories.js.map