import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { settingsTable, withSettingsTable } from './settings-markdown.js';
/** Prints the README's table of settings; `--write` puts it there. A test checks that it is up to date. */
if (process.argv.includes('--write')) {
    const readme = fileURLToPath(new URL('../../../README.md', import.meta.url));
    writeFileSync(readme, withSettingsTable(readFileSync(readme, 'utf8')));
}
else {
    process.stdout.write(settingsTable());
}
//# sourceMappingURL=settings-table.js.map