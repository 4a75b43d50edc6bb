import type { SoldSku } from './records.js';
import type { Findings } from './verdict.js';

const AT_ONCE = 16;
/** The engine itself waits five seconds for its ledger before it answers 503. */
const ATTEMPTS = 4;

/** The engine's own audit of every SKU of the round. */
export async function auditAll(
  operationsUrl: string,
  skus: readonly SoldSku[],
  findings: Findings,
): Promise<void> {
  const waiting = [...skus];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await audit(operationsUrl, next.sku, findings);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function audit(operationsUrl: string, sku: string, findings: Findings): Promise<void> {
  let last = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const response = await fetch(`${operationsUrl}/v1/skus/${sku}/audit`);
    const text = await response.text();
    last = `${response.status} ${text}`;
    if (response.status !== 200) continue;
    const { conserved, differences } = JSON.parse(text) as { conserved: boolean; differences: string[] };
    if (conserved && differences.length === 0) return;
    findings.auditDifferences += 1;
    findings.broken(`audit of ${sku}: ${differences.join(' ')}`);
    return;
  }
  findings.auditDifferences += 1;
  findings.broken(`audit of ${sku}: ${last}`);
}
