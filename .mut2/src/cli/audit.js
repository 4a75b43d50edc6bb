import { writeFileSync } from 'node:fs';
import { auditText } from './audit-table.js';
import { AUDIT_HELP, parseAuditOptions, runAudit, unresolvedOf } from './auditing.js';
import { runCommand } from './failures.js';
import { createProgress } from './progress.js';
const EXIT_DIFFERS = 1;
async function main() {
    const options = parseAuditOptions(process.argv.slice(2));
    if (options === 'help') {
        process.stdout.write(AUDIT_HELP);
        return 0;
    }
    const result = await runAudit(options, process.env, createProgress(process.stderr));
    if (options.jsonFile !== '')
        writeFileSync(options.jsonFile, `${JSON.stringify(result, null, 2)}\n`);
    process.stdout.write(auditText(result));
    return unresolvedOf(result).length === 0 ? 0 : EXIT_DIFFERS;
}
await runCommand(main);
//# sourceMappingURL=audit.js.map