import { partitionOf } from '../domain/partition.js';
import {
  type AuditReport,
  LedgerUnavailable,
  type PartitionAuditReport,
  type RepairReport,
} from '../domain/ports.js';
import type { SkuCounters } from '../domain/sku.js';
import { type Evidence, evidenceOf, remedyOf, reportOf } from './findings.js';
import type { LedgerSums } from './ledger-sums.js';
import { Pause } from './pause.js';
import { type Pace, type PartitionCount, type RecountPorts, recountPartition } from './recount.js';
import { giveBack, type RepairOutcome, withhold } from './repairs.js';

/** How long an audit waits for the writer to reach the seq that Redis was counted at. */
const LEDGER_WAIT_MS = 10_000;
const LEDGER_POLL_MS = 25;
/** How often a second recount is tried while the partition goes on selling. */
const PAIRS_MAX = 5;

interface Comparison {
  readonly fromCheckpoints: boolean;
  /** Whether the writer is asked not to yield to the buying path meanwhile. */
  readonly hurries: boolean;
}

/** Somebody waits for the answer and wants all of it; the background has time. */
const ASKED: Comparison = { fromCheckpoints: false, hurries: true };

/** Who is behind a repair that nobody asked for. */
export const REPAIR_ACTOR = 'repair';

export interface AuditorOptions extends RecountPorts {
  readonly ledger: LedgerSums;
  readonly partitions: number;
  /** Asks the writer not to wait or yield until everything is written; its answer is not waited for. */
  readonly hurry?: () => void;
}

export interface GuardOptions {
  /** Whether the whole history is added up, and not only what came since the last clean audit. */
  readonly thorough: boolean;
  readonly pace?: Pace;
}

export interface AuditedSku {
  readonly report: AuditReport;
  /** How withholding ended, where there was something to withhold. */
  readonly repair?: RepairOutcome;
}

/**
 * Holds the stock equation against everything that can be counted: the store's counters, its holds one by one, its buyers
 * one by one, and the sum of the ledger's history, all exactly as of one event. Everything rejects with `LedgerUnavailable`
 * when Redis or Postgres cannot answer in time.
 */
export class Auditor {
  readonly #options: AuditorOptions;
  /** Counts that have not begun: whoever asks meanwhile shares them, so a thousand audits do not mean a thousand scans. */
  readonly #waiting = new Map<number, Promise<PartitionCount>>();
  readonly #running = new Map<number, Promise<unknown>>();

  constructor(options: AuditorOptions) {
    this.#options = options;
  }

  /** `undefined` for an unknown SKU. */
  async auditSku(sku: string): Promise<AuditReport | undefined> {
    const evidence = await this.#evidenceOf(sku);
    return (
      evidence && (await this.#noted(partitionOf(sku, this.#options.partitions), reportOf(sku, evidence)))
    );
  }

  /** Every SKU of a partition, its whole history added up. */
  async auditPartition(partition: number): Promise<PartitionAuditReport> {
    const count = await this.#count(partition);
    const all = await this.#compare(partition, count, [...count.views.keys()].sort(), ASKED);
    const different: AuditReport[] = [];
    for (const [sku, evidence] of all) {
      const report = reportOf(sku, evidence);
      if (!report.conserved) different.push(await this.#noted(partition, report));
    }
    const { partitions } = this.#options;
    return { partition, partitions, seq: count.seq, skus: all.size, different };
  }

  /** The background's way: withholds what is not there, where that is certain. Remembers the sums of what is right. */
  async guardPartition(partition: number, { thorough, pace }: GuardOptions): Promise<readonly AuditedSku[]> {
    const count = await recountPartition(this.#options, partition, pace);
    const all = await this.#compare(partition, count, [...count.views.keys()].sort(), {
      fromCheckpoints: !thorough,
      hurries: false,
    });
    const audited: AuditedSku[] = [];
    for (const [sku, evidence] of all) {
      const report = reportOf(sku, evidence);
      if (report.remedy !== 'withhold') audited.push({ report: await this.#noted(partition, report) });
      else audited.push({ report, repair: await this.#withhold(sku, evidence, REPAIR_ACTOR) });
    }
    const clean = audited.filter(({ report }) => report.conserved).map(({ report }) => report);
    const sums = new Map(clean.map(({ sku, counters }) => [sku, counters]));
    if (sums.size > 0) await this.#options.ledger.keep({ epoch: this.#options.epoch, seq: count.seq }, sums);
    return audited;
  }

  /** On a person's word: withholds, or gives back what two recounts with nothing between them find. `undefined` for an unknown SKU. */
  async repairSku(sku: string, actor: string): Promise<RepairReport | undefined> {
    const evidence = await this.#evidenceOf(sku);
    if (evidence === undefined) return undefined;
    const report = reportOf(sku, evidence);
    switch (report.remedy) {
      case 'none':
        return notDone(report, 'nothing to repair: everything agrees');
      case 'by_hand':
        return notDone(
          await this.#noted(partitionOf(sku, this.#options.partitions), report),
          'the sources disagree about what happened, so no counter can be proved: a person has to find out',
        );
      case 'withhold':
        return this.#afterRepair(report, await this.#withhold(sku, evidence, actor));
      case 'give_back':
        return this.#afterRepair(report, await this.#giveBack(sku, evidence, actor));
    }
  }

  async #evidenceOf(sku: string): Promise<Evidence | undefined> {
    const partition = partitionOf(sku, this.#options.partitions);
    const count = await this.#count(partition);
    if (!count.views.has(sku)) return undefined;
    return (await this.#compare(partition, count, [sku], ASKED)).get(sku);
  }

  async #compare(
    partition: number,
    count: PartitionCount,
    skus: readonly string[],
    { fromCheckpoints, hurries }: Comparison,
  ): Promise<ReadonlyMap<string, Evidence>> {
    const { ledger, epoch } = this.#options;
    await this.#waitForLedger(partition, count.seq, hurries);
    const sums = await ledger.sums(skus, { epoch, seq: count.seq }, fromCheckpoints);
    return new Map(
      skus.map((sku) => {
        const rest = {
          seq: count.seq,
          held: count.held.get(sku) ?? 0,
          buyers: count.buyers.get(sku) ?? 0,
          undated: count.undated.get(sku) ?? 0,
          ledger: sums.get(sku),
        };
        return [sku, evidenceOf(count.views.get(sku)!, rest)];
      }),
    );
  }

  async #withhold(sku: string, evidence: Evidence, actor: string): Promise<RepairOutcome> {
    const finding = remedyOf(evidence);
    if (finding.remedy !== 'withhold') return { kind: 'refused', detail: `the remedy is ${finding.remedy}` };
    const partition = partitionOf(sku, this.#options.partitions);
    const { counters } = finding;
    return withhold(this.#options, { partition, sku, seq: evidence.seq, counters }, actor);
  }

  /** Two recounts, both with all the evidence, at one seq. */
  async #giveBack(sku: string, evidence: Evidence, actor: string): Promise<RepairOutcome> {
    const partition = partitionOf(sku, this.#options.partitions);
    let first = evidence;
    for (let pair = 1; pair <= PAIRS_MAX; pair += 1) {
      const second = await this.#evidenceOf(sku);
      const [one, two] = [remedyOf(first), second && remedyOf(second)];
      const recounted = (found: Evidence, counters: SkuCounters) => ({
        partition,
        sku,
        seq: found.seq,
        counters,
      });
      if (second !== undefined && first.seq === second.seq) {
        if (one.remedy !== 'give_back' || two?.remedy !== 'give_back' || !isSame(one.counters, two.counters))
          return { kind: 'refused', detail: 'the two recounts do not agree' };
        const pairOf = [recounted(first, one.counters), recounted(second, two.counters)] as const;
        return giveBack(this.#options, ...pairOf, actor);
      }
      if (second !== undefined) first = second;
    }
    return {
      kind: 'refused',
      detail: `its partition changed between the two recounts, ${PAIRS_MAX} times: pause its sales (and those of SKUs that share partition ${partition}), then repeat`,
    };
  }

  async #afterRepair(before: AuditReport, outcome: RepairOutcome): Promise<RepairReport> {
    if (outcome.kind === 'refused') return notDone(before, outcome.detail);
    const audit = (await this.auditSku(before.sku)) ?? before;
    const detail = `available ${before.counters.available} → ${outcome.units} at seq ${outcome.seq}`;
    return { sku: before.sku, repaired: true, detail, before, audit };
  }

  #count(partition: number): Promise<PartitionCount> {
    const waiting = this.#waiting.get(partition);
    if (waiting !== undefined) return waiting;
    const before = this.#running.get(partition) ?? Promise.resolve();
    const counted = before.then(() => {
      this.#waiting.delete(partition);
      return recountPartition(this.#options, partition);
    });
    this.#waiting.set(partition, counted);
    const settled = counted.then(ignore, ignore);
    this.#running.set(partition, settled);
    void settled.then(() => {
      if (this.#running.get(partition) === settled) this.#running.delete(partition);
    });
    return counted;
  }

  async #waitForLedger(partition: number, seq: number, hurries: boolean): Promise<void> {
    const { ledger, clock, epoch } = this.#options;
    const pause = new Pause(clock);
    const deadline = clock.monotonic() + LEDGER_WAIT_MS;
    for (let look = 0; ; look += 1) {
      const position = await ledger.position(partition);
      if (position?.epoch === epoch && position.seq >= seq) return;
      if (clock.monotonic() >= deadline) {
        throw new LedgerUnavailable(
          `the ledger has partition ${partition} up to event ${position?.seq ?? 'none'}, not yet ${seq}`,
        );
      }
      if (look === 0 && hurries) this.#options.hurry?.();
      await pause.wait(LEDGER_POLL_MS);
    }
  }

  /** The report with what else may explain its differences. */
  async #noted(partition: number, report: AuditReport): Promise<AuditReport> {
    if (report.conserved) return report;
    const { ledger, epoch } = this.#options;
    const events = await ledger.quarantined(partition, { epoch, seq: report.seq });
    if (events === 0) return report;
    const note = `${events} event(s) of this partition are in quarantine: the ledger lacks what they say.`;
    return { ...report, differences: [...report.differences, note] };
  }
}

function notDone(report: AuditReport, detail: string): RepairReport {
  return { sku: report.sku, repaired: false, detail, before: report, audit: report };
}

function isSame(a: SkuCounters, b: SkuCounters): boolean {
  return (['total', 'available', 'held', 'sold', 'reserved'] as const).every((name) => a[name] === b[name]);
}

function ignore(): void {}
