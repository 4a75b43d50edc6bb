import type { AuditReport } from '../domain/ports.js';
import { AUDIT_HELP, parseAuditOptions, runAudit } from './auditing.js';
import { runCommand } from './failures.js';
import { createProgress } from './progress.js';

const EXIT_DIFFERS = 1;

async function main(): Promise<number> {
  const options = parseAuditOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(AUDIT_HELP);
    return 0;
  }
  const differences: string[] = [];
  const onReport = (report: AuditReport): void => {
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (!report.conserved) {
      const sentences = report.differences.length > 0 ? report.differences : ['not conserved.'];
      differences.push(...sentences.map((sentence) => `${report.sku} at seq ${report.seq}: ${sentence}`));
    }
  };
  const progress = createProgress(process.stderr, options.json);
  const { skus, different } = await runAudit(options, process.env, progress, onReport);
  if (!options.json) {
    const verdict =
      different === 0
        ? `${skus} SKUs audited: every one is conserved, and Redis and Postgres agree.`
        : `${skus} SKUs audited, ${different} differ:\n${differences.join('\n')}`;
    process.stdout.write(`${verdict}\n`);
  }
  return different === 0 ? 0 : EXIT_DIFFERS;
}

await runCommand(main);
