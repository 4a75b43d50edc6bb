import type { SoldSku } from './records.js';
import type { Findings } from './verdict.js';

/** Asks the operations listener for a path; `body` is the text of the answer, or with status 0 why there was none. */
export type Ask = (path: string) => Promise<{ readonly status: number; readonly body: string }>;

interface Report {
  readonly sku: string;
  readonly conserved: boolean;
  readonly differences: readonly string[];
}

const AT_ONCE = 16;
/** The engine itself waits five seconds for its ledger before it answers 503. */
const ATTEMPTS = 4;
/** Each audit counts a whole partition: of more SKUs than these, partitions are asked for. */
const SKUS_ONE_BY_ONE = 64;

/** Asks without credentials. */
export function askOpenly(operationsUrl: string): Ask {
  return async (path) => {
    const response = await fetch(operationsUrl + path);
    return { status: response.status, body: await response.text() };
  };
}

/** The engine's own audit of these SKUs. */
export async function auditAll(
  ask: Ask,
  skus: readonly SoldSku[],
  partitions: number,
  findings: Findings,
): Promise<void> {
  if (skus.length > SKUS_ONE_BY_ONE) {
    for (let partition = 0; partition < partitions; partition += 1)
      await auditPartition(ask, partition, findings);
    return;
  }
  const waiting = [...skus];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await auditSku(ask, next.sku, findings);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function auditSku(ask: Ask, sku: string, findings: Findings): Promise<void> {
  const report = await answerOf<Report>(ask, `/v1/skus/${sku}/audit`, `audit of ${sku}`, findings);
  if (report !== undefined) judge(report, findings);
}

async function auditPartition(ask: Ask, partition: number, findings: Findings): Promise<void> {
  const what = `audit of partition ${partition}`;
  const path = `/v1/audit?partition=${partition}`;
  const report = await answerOf<{ readonly different: readonly Report[] }>(ask, path, what, findings);
  for (const different of report?.different ?? []) judge(different, findings);
}

function judge({ sku, conserved, differences }: Report, findings: Findings): void {
  if (conserved && differences.length === 0) return;
  findings.auditDifferences += 1;
  findings.broken(`audit of ${sku}: ${differences.join(' ')}`);
}

async function answerOf<Answer>(
  ask: Ask,
  path: string,
  what: string,
  findings: Findings,
): Promise<Answer | undefined> {
  let last = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { status, body } = await ask(path);
    if (status === 200) return JSON.parse(body) as Answer;
    last = status === 0 ? body : `${status} ${body}`;
  }
  findings.auditDifferences += 1;
  findings.broken(`${what}: ${last}`);
  return undefined;
}
