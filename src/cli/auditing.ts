import type { AuditReport } from '../domain/ports.js';
import { address, parseArguments, whole } from './arguments.js';
import { credentialsFrom } from './credentials.js';
import { auditSku, listSkus } from './engine-api.js';
import { HttpClient } from './http-client.js';
import { inParallel } from './parallel.js';
import type { Progress } from './progress.js';

export const AUDIT_HELP = `Usage: npm run audit -- [OPTIONS] [SKU…]

Counts every SKU (or those named) in Redis and in Postgres and compares. The exit code is 0 when all agree, 1 when
something does not, 2 when the audit could not run.

  --admin-url URL   operations listener       (http://127.0.0.1:9090)
  --concurrency N   SKUs counted at once      (8)
  --json            print every report as JSON, one a line

With AUTH=on: HOLDFAST_ADMIN_TOKEN in the environment.
`;

export interface AuditOptions {
  readonly adminUrl: string;
  readonly concurrency: number;
  readonly json: boolean;
  /** All when empty. */
  readonly skus: readonly string[];
}

const OPTIONS = {
  'admin-url': { type: 'string', default: 'http://127.0.0.1:9090' },
  concurrency: { type: 'string', default: '8' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Throws `UsageError`; answers `help` when that was asked. */
export function parseAuditOptions(argv: readonly string[]): AuditOptions | 'help' {
  const { values, positionals } = parseArguments(argv, OPTIONS);
  if (values.help) return 'help';
  return {
    adminUrl: address('--admin-url', values['admin-url']),
    concurrency: whole('--concurrency', values.concurrency, 1, 64),
    json: values.json,
    skus: positionals,
  };
}

/** Audits the SKUs in order of their names, telling each report as it comes. Answers how many there were and how many differ. */
export async function runAudit(
  options: AuditOptions,
  environment: Readonly<Record<string, string | undefined>>,
  progress: Progress,
  onReport: (report: AuditReport) => void,
): Promise<{ readonly skus: number; readonly different: number }> {
  const operations = new HttpClient({
    baseUrl: options.adminUrl,
    option: '--admin-url',
    sockets: options.concurrency,
    authorise: credentialsFrom(environment).operations,
  });
  let different = 0;
  try {
    const skus = [...options.skus];
    if (skus.length === 0) for await (const sku of listSkus(operations)) skus.push(sku);
    progress.stage('Auditing SKUs', skus.length);
    await inParallel(skus, options.concurrency, async (sku) => {
      const report = await auditSku(operations, sku);
      if (!report.conserved) different += 1;
      onReport(report);
      progress.step();
    });
    return { skus: skus.length, different };
  } finally {
    progress.stop();
    operations.close();
  }
}
