import type { Readable } from 'node:stream';
import { Parser, type Result } from 'tap-parser';

/** Assertions of a run. A file that crashed, or timed out, without a failed assertion of its own counts as one failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Leaves more detail of one failure out than a terminal holds. */
const DETAIL_LINES_MAX = 40;

/**
 * Reads raw TAP until its end, prints one line for each test file and the details of what failed in it, and answers the
 * totals. tap's own reporters redraw the screen, which is unreadable in a log.
 */
export async function reportTap(tap: Readable, print: (line: string) => void): Promise<Tally> {
  const parser = new Parser();
  const failures: Result[] = [];
  const counted = countInto(parser, failures);
  parser.on('assert', (file: Result) => {
    const seconds = ((file.time ?? 0) / 1000).toFixed(1);
    print(`${file.ok ? '  ok  ' : 'FAILED'} ${file.name} (${seconds} s)`);
    for (const failure of failures.splice(0)) for (const line of detailsOf(failure)) print(`       ${line}`);
  });
  await new Promise<void>((resolve, reject) => {
    parser.once('complete', () => resolve());
    tap.once('error', reject).pipe(parser);
  });
  return counted();
}

/**
 * A subtest ends in a test point of its parent that repeats its outcome. That point counts only where nothing inside
 * it says the same already: a subtest without assertions that passed, or one that failed by crashing.
 */
function countInto(parser: Parser, failures: Result[]): () => Tally {
  const children: (() => Tally)[] = [];
  let passed = 0;
  let failed = 0;
  parser.on('child', (child: Parser) => children.push(countInto(child, failures)));
  parser.on('assert', (result: Result) => {
    if (result.skip || result.todo) return;
    const within = result.closingTestPoint ? children.at(-1)?.() : undefined;
    if (result.ok) passed += within === undefined || within.passed === 0 ? 1 : 0;
    else if (within === undefined || within.failed === 0) {
      failed += 1;
      failures.push(result);
    }
  });
  return () => {
    const total = { passed, failed };
    for (const child of children) {
      const within = child();
      total.passed += within.passed;
      total.failed += within.failed;
    }
    return total;
  };
}

function detailsOf(failure: Result): readonly string[] {
  const diagnostics = (failure.diag ?? {}) as Record<string, unknown>;
  const lines = [`✗ ${failure.fullname ?? failure.name}`];
  for (const [name, value] of Object.entries(diagnostics)) {
    // Source excerpts are of the compiled file; the stack has the line in the TypeScript.
    if (name === 'source' || name === 'stdio' || name === 'args' || name === 'externalID' || name === 'at')
      continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const [first = '', ...rest] = text.trimEnd().split('\n');
    lines.push(rest.length === 0 ? `    ${name}: ${first}` : `    ${name}:`);
    if (rest.length > 0) lines.push(...[first, ...rest].map((line) => `      ${line}`));
  }
  return lines.slice(0, DETAIL_LINES_MAX);
}
