import type { Evidence, Finding, LostSku, RecoveredSku, Settlement } from '../ledger/recovery.js';
import { describeFindings } from './diagnose.js';
import type { Restored } from './restore.js';

/** What a recovery did and what is left to a person. Kept in Postgres and written with `--json` as it is. */
export interface RecoveryReport {
  readonly recovery: number;
  readonly lostEpoch: number;
  readonly epoch: number;
  /** RFC 3339. */
  readonly finishedAt: string;
  /** Of the attempt that finished. */
  readonly seconds: number;
  readonly findings: readonly Finding[];
  readonly evidence: Evidence;
  readonly partitions: readonly ReportedPartition[];
  readonly skus: number;
  readonly liveHolds: number;
  readonly endedHolds: number;
  readonly withheldUnits: number;
  /** SKUs with something to decide: units withheld, uncovered, or paused. */
  readonly affectedSkus: readonly ReportedSku[];
  /** Engines had seen them, the ledger has not: they are gone and must be defined again. */
  readonly lostSkus: readonly LostSku[];
  /** The ledger's counters did not fit its holds (events in quarantine): what cannot be told is reserved. */
  readonly disagreeingSkus: readonly string[];
}

export interface ReportedPartition {
  readonly partition: number;
  readonly ledgerSeq: number;
  readonly lost: boolean;
  /** Null where nobody knows how many. */
  readonly eventsLost: number | null;
}

export interface ReportedSku {
  readonly sku: string;
  readonly stateBefore: string;
  readonly withheld: number;
  readonly reserved: number;
  readonly uncovered: number;
}

export interface ReportInput {
  readonly attempt: { readonly recovery: number; readonly lostEpoch: number; readonly epoch: number };
  readonly findings: readonly Finding[];
  readonly settlement: Settlement;
  readonly restored: Restored;
  readonly skus: readonly RecoveredSku[];
  readonly lostSkus: readonly LostSku[];
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function makeReport(input: ReportInput): RecoveryReport {
  const { settlement, skus, restored } = input;
  const affected = skus.filter((sku) => sku.withheld > 0 || sku.uncovered > 0 || sku.stateBefore === 'open');
  return {
    ...input.attempt,
    finishedAt: new Date(input.now).toISOString(),
    seconds: Math.round(input.seconds * 1000) / 1000,
    findings: input.findings,
    evidence: settlement.evidence,
    partitions: settlement.partitions.map(({ partition, ledgerSeq, knownSeq, lost }) => ({
      partition,
      ledgerSeq,
      lost,
      eventsLost: settlement.evidence === 'unseen' ? null : knownSeq - ledgerSeq,
    })),
    skus: restored.skus,
    liveHolds: restored.liveHolds,
    endedHolds: restored.endedHolds,
    withheldUnits: skus.reduce((sum, { withheld }) => sum + withheld, 0),
    affectedSkus: affected.map(({ sku, stateBefore, withheld, reservedAfter, uncovered }) => {
      return { sku, stateBefore, withheld, reserved: reservedAfter, uncovered };
    }),
    lostSkus: input.lostSkus,
    disagreeingSkus: [...restored.disagreeing.keys()],
  };
}

const EVIDENCE: Readonly<Record<Evidence, string>> = {
  witnessed:
    'Counted by what the engines saw last: withheld is what the ledger believes available and they had seen held or sold.',
  drained: 'Every engine had left with all it saw in the ledger: nothing is uncertain.',
  unseen:
    'Not every engine lived to say what it saw: everything that the ledger believes available may have been held, and is withheld.',
};

const ROWS_MAX = 50;

/** The report for a terminal. `operations`: address of the operations listener, for the commands to paste. */
export function reportText(report: RecoveryReport, operations: string): string {
  const lost = report.partitions.filter((partition) => partition.lost);
  const events = lost.map(({ eventsLost }) => eventsLost ?? Number.NaN).reduce((sum, some) => sum + some, 0);
  const lines = [
    `Recovery ${report.recovery}: epoch ${report.lostEpoch} is over, epoch ${report.epoch} begins. Took ${report.seconds} s.`,
    ...describeFindings(report.findings).map((line) => `  ${line}`),
    lost.length === 0
      ? '  Nothing that was acknowledged is missing from the ledger.'
      : `  ${count(lost.length, 'partition')} may have lost events${Number.isNaN(events) ? '; how many, nobody knows' : `: ${events} in all`}.`,
    `  ${EVIDENCE[report.evidence]}`,
    `  Restored: ${count(report.skus, 'SKU')}, ${count(report.liveHolds, 'live hold')}, ${count(report.endedHolds, 'ended hold')} that still answer replays.`,
    `  Withheld: ${count(report.withheldUnits, 'unit')}.${lost.length === 0 ? '' : ' So will be the units of holds in those partitions that end unpaid.'}`,
    ...skuTable(report),
    ...warnings(report),
    '',
    ...nextSteps(report, operations),
  ];
  return `${lines.join('\n')}\n`;
}

function count(number: number, thing: string): string {
  return `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
}

function skuTable({ affectedSkus }: RecoveryReport): readonly string[] {
  if (affectedSkus.length === 0) return [];
  const rows = [...affectedSkus].sort((a, b) => b.withheld - a.withheld).slice(0, ROWS_MAX);
  const width = Math.max(3, ...rows.map(({ sku }) => sku.length));
  const more = affectedSkus.length - rows.length;
  return [
    '',
    `  ${'SKU'.padEnd(width)}  was        withheld  reserved now`,
    ...rows.map(
      ({ sku, stateBefore, withheld, reserved }) =>
        `  ${sku.padEnd(width)}  ${stateBefore.padEnd(9)}  ${String(withheld).padStart(8)}  ${String(reserved).padStart(12)}`,
    ),
    ...(more > 0 ? [`  … and ${more} more; --json has all`] : []),
  ];
}

function warnings(report: RecoveryReport): readonly string[] {
  const lines: string[] = [];
  for (const { sku, uncovered } of report.affectedSkus
    .filter((some) => some.uncovered > 0)
    .slice(0, ROWS_MAX)) {
    lines.push(
      `  ${sku}: ${count(uncovered, 'unit')} more than its stock covers were held or sold: stock was added that the ledger never heard of.`,
      '    When you add it again, keep that many units reserved.',
    );
  }
  for (const { sku, total, claimed } of report.lostSkus.slice(0, ROWS_MAX)) {
    lines.push(
      `  ${sku} is gone: it was defined (total ${total}) after the ledger's last event. ${count(claimed, 'unit')} were held or sold:`,
      `    define it again with "reserved": ${Math.min(claimed, total)}.`,
    );
  }
  if (report.disagreeingSkus.length > 0) {
    lines.push(
      `  ${report.disagreeingSkus.join(', ')}: events are in holdfast.quarantine; what could not be told is reserved.`,
    );
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

function nextSteps({ affectedSkus, withheldUnits }: RecoveryReport, operations: string): readonly string[] {
  const example = affectedSkus.find(({ withheld }) => withheld > 0) ?? affectedSkus[0];
  if (example === undefined) return ['Start the engines. Nothing else is left to do.'];
  const at = `${operations}/v1/skus/${example.sku}`;
  return [
    'What to do next (with AUTH=on, add the header Authorization: Bearer $ADMIN_TOKEN):',
    '  1. Start the engines; those of the old epoch end by themselves. What was on sale is paused.',
    `  2. Look:                 curl -s ${at}`,
    ...(withheldUnits === 0
      ? []
      : [
          '     Buyers who come with a hold that was lost:  npm run recover -- --report',
          `  3. Give units back:      curl -s -X PATCH ${at} -H 'content-type: application/json' -d '{"reserved":${example.reserved - example.withheld}}'`,
        ]),
    `  ${withheldUnits === 0 ? 3 : 4}. Sell:                 curl -s -X POST ${at}/open`,
  ];
}
