import type { Result } from 'tap-parser';
import type { Migrations } from './migrations.js';
import type { FileReport } from './runner.js';

/** Leaves more detail of one failure out than a terminal holds. */
const DETAIL_LINES_MAX = 40;

/** Of what tap knows about a failure, what helps nobody: excerpts of compiled code, and places the stack has too. */
const NOISE = new Set(['source', 'at', 'stdio', 'args', 'externalID', 'typeName']);

/** A file that crashed or timed out has failed, also where each of its assertions passed. */
export function failedIn(report: FileReport): number {
  if (report.failures.length > 0) return report.failures.length;
  if (stoodStill(report)) return 1;
  // Without a single assertion nothing was shown, unless the file says that it left them out.
  return report.exit.code === 0 && report.passed + report.skipped > 0 ? 0 : 1;
}

/** Its clusters were to be tested while slots migrate, and none did. */
function stoodStill({ migrations }: FileReport): boolean {
  return migrations !== undefined && migrations.clusters > 0 && migrations.slots === 0;
}

/** One line for a file that passed; for one that failed, also why. */
export function describeFile(report: FileReport): readonly string[] {
  const ok = failedIn(report) === 0;
  const skipped = report.skipped > 0 ? `, ${report.skipped} skipped` : '';
  const moved = report.migrations === undefined ? '' : `, ${describeMigrations(report.migrations)}`;
  const time = `${report.seconds.toFixed(1)} s`;
  const lines = [`${ok ? '  ok  ' : 'FAILED'} ${report.file} (${time}${skipped}${moved})`];
  if (ok) return lines;
  for (const failure of report.failures) lines.push(...detailsOf(failure).map((line) => `       ${line}`));
  const { code, signal } = report.exit;
  if (report.timedOut) lines.push('       ✗ it took too long and was ended');
  else if (stoodStill(report)) lines.push('       ✗ no slot migrated while it ran');
  else if (report.failures.length === 0)
    lines.push(`       ✗ it ended with ${signal ?? `exit code ${code}`}`);
  const errors = report.errorText.trimEnd();
  if (errors !== '') lines.push(...errors.split('\n').slice(-DETAIL_LINES_MAX));
  return lines;
}

function describeMigrations({ clusters, slots }: Migrations): string {
  return clusters === 0 ? 'no cluster' : `${slots} slot migrations in ${clusters} clusters`;
}

function detailsOf(failure: Result): readonly string[] {
  const lines = [`✗ ${failure.fullname || failure.name}`];
  for (const [name, value] of Object.entries((failure.diag ?? {}) as Record<string, unknown>)) {
    if (NOISE.has(name)) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const [first = '', ...rest] = text.trimEnd().split('\n');
    if (rest.length === 0) lines.push(`    ${name}: ${first}`);
    else lines.push(`    ${name}:`, ...[first, ...rest].map((line) => `      ${line}`));
  }
  return lines.slice(0, DETAIL_LINES_MAX);
}
