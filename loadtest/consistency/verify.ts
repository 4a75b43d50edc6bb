import { type Ask, auditAll } from './audit.js';
import { eventually } from './eventually.js';
import { buyerName, type Journal, Outcome, paymentRef } from './journal.js';
import type { ClientRecords, SoldSku } from './records.js';
import type { StoredHold, StoredSku, Stores } from './stores.js';
import { Findings, type Verdict } from './verdict.js';

const DRAIN_LIMIT_MS = 60_000;
const DEADLINE_LIMIT_MS = 20_000;
const PAIRS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Everything that is promised, held against what the client was told. */
export async function verifyRecords(records: ClientRecords, stores: Stores, ask: Ask): Promise<Verdict> {
  const findings = new Findings();
  for (const sentence of records.violations) findings.broken(sentence);
  if (records.unresolved > 0)
    findings.broken(`${records.unresolved} requests stayed unknown however often they were repeated`);
  await waitForDeadlines(records.skus, stores, findings);
  await waitForLedger(stores, findings);
  await verifyHolds(records, stores, findings);
  await verifyLedger(records.skus, stores, findings);
  await auditAll(ask, records.skus, stores.partitions, findings);
  return findings.verdict();
}

/** SKUs with a deadline of a second or so: every hold that was not bought must come back by itself. */
async function waitForDeadlines(skus: readonly SoldSku[], stores: Stores, findings: Findings): Promise<void> {
  const names = skus.filter(({ holdTtlMs }) => holdTtlMs < DEADLINE_LIMIT_MS / 2).map(({ sku }) => sku);
  const heldUnits = async (): Promise<number> => {
    let held = 0;
    for (const counters of (await allSkus(stores, names)).values()) held += counters.held;
    return held;
  };
  if (!(await eventually(async () => (await heldUnits()) === 0, DEADLINE_LIMIT_MS)))
    findings.broken('holds past their deadline were not given back');
}

async function waitForLedger(stores: Stores, findings: Findings): Promise<void> {
  const isDrained = async (): Promise<boolean> => {
    const heads = await stores.redisHeads();
    const positions = await stores.ledgerPositions();
    return heads.every(({ seq }, partition) => positions[partition] === seq);
  };
  if (!(await eventually(isDrained, DRAIN_LIMIT_MS)))
    findings.broken(`the ledger did not catch up within ${DRAIN_LIMIT_MS / 1000} s`);
  for (const [partition, { seq, stream }] of (await stores.redisHeads()).entries()) {
    if (stream !== 0 && stream !== seq)
      findings.broken(`partition ${partition}: its stream ends at ${stream}, its counter says ${seq}`);
  }
}

async function allSkus(stores: Stores, names: readonly string[]): Promise<ReadonlyMap<string, StoredSku>> {
  const all = new Map<string, StoredSku>();
  for (let partition = 0; partition < stores.partitions; partition += 1) {
    for (const [sku, counters] of await stores.redisSkus(partition, names)) all.set(sku, counters);
  }
  return all;
}

/** Partition by partition, so that ten minutes of a sale need not be in memory twice. */
async function verifyHolds(records: ClientRecords, stores: Stores, findings: Findings): Promise<void> {
  const names = records.skus.map(({ sku }) => sku);
  const wanted = new Set(names);
  const byPartition = acknowledgedByPartition(records.journal, stores.partitions);
  const counters = await allSkus(stores, names);
  const recount = new Map<string, { held: number; sold: number }>(
    names.map((sku) => [sku, { held: 0, sold: 0 }]),
  );
  for (let partition = 0; partition < stores.partitions; partition += 1) {
    const inLedger = await stores.ledgerHolds(partition, names);
    const inRedis = withForgotten(
      await stores.redisHolds(partition, wanted),
      inLedger,
      records.forgottenBefore ?? 0,
    );
    const acknowledged = byPartition[partition]!;
    for (const index of acknowledged) verifyHold(records, index, inRedis, inLedger, findings);
    verifyNobodyElse(records.journal, acknowledged, inRedis, inLedger, findings);
    await verifyBuyers(partition, inRedis, records.skus, stores, findings);
    for (const { sku, state, quantity } of inRedis.values()) {
      const sum = recount.get(sku)!;
      if (state === 'held') sum.held += quantity;
      else if (state === 'confirmed') sum.sold += quantity;
    }
  }
  for (const { sku, total } of records.skus)
    verifyCounters(sku, total, counters.get(sku), recount.get(sku)!, findings);
}

/** Holds that ended long ago are forgotten by Redis as they should be: those count as the ledger has them. */
export function withForgotten(
  inRedis: ReadonlyMap<string, StoredHold>,
  inLedger: ReadonlyMap<string, StoredHold>,
  forgottenBefore: number,
): ReadonlyMap<string, StoredHold> {
  const all = new Map(inRedis);
  for (const [holdId, hold] of inLedger) {
    if (hold.state !== 'held' && hold.endedAt < forgottenBefore && !all.has(holdId)) all.set(holdId, hold);
  }
  return all;
}

/** Indexes of the acknowledged holds of each partition, which their ids name. */
export function acknowledgedByPartition(
  journal: Journal,
  partitions: number,
): readonly (readonly number[])[] {
  const lists: number[][] = Array.from({ length: partitions }, () => []);
  for (let index = 0; index < journal.length; index += 1) {
    if (journal.outcome(index) !== Outcome.acknowledged) continue;
    const holdId = journal.holdId(index);
    lists[PAIRS.indexOf(holdId.charAt(0)) * 64 + PAIRS.indexOf(holdId.charAt(1))]?.push(index);
  }
  return lists;
}

function verifyHold(
  { journal, skus }: ClientRecords,
  index: number,
  inRedis: ReadonlyMap<string, StoredHold>,
  inLedger: ReadonlyMap<string, StoredHold>,
  findings: Findings,
): void {
  const holdId = journal.holdId(index);
  const [redis, ledger] = [inRedis.get(holdId), inLedger.get(holdId)];
  const name = `hold ${holdId} of ${skus[journal.sku(index)]!.sku}`;
  if (redis === undefined || ledger === undefined) {
    const where =
      redis === undefined ? (ledger === undefined ? 'in Redis nor the ledger' : 'in Redis') : 'in the ledger';
    findings.lost(`${name} was acknowledged and is not ${where}`);
    return;
  }
  for (const [store, hold] of [
    ['Redis', redis],
    ['the ledger', ledger],
  ] as const) {
    const right =
      hold.sku === skus[journal.sku(index)]!.sku &&
      hold.buyer === buyerName(journal.buyer(index)) &&
      hold.quantity === journal.quantity(index);
    if (!right) findings.broken(`${name} is another one in ${store}: ${JSON.stringify(hold)}`);
  }
  if (redis.state !== ledger.state || redis.paymentRef !== ledger.paymentRef)
    findings.broken(`${name} is ${redis.state} in Redis and ${ledger.state} in the ledger`);
  const wrong = wrongState(journal, index, redis);
  if (wrong === undefined) return;
  if (journal.confirm(index) === Outcome.acknowledged || journal.release(index) === Outcome.acknowledged)
    findings.lost(`${name} ${wrong}`);
  else findings.broken(`${name} ${wrong}`);
}

/** Why a hold may not be in the state it is in, after what the client asked and was told. */
function wrongState(journal: Journal, index: number, hold: StoredHold): string | undefined {
  const [confirm, release] = [journal.confirm(index), journal.release(index)];
  if (confirm === Outcome.acknowledged) {
    const paid = hold.state === 'confirmed' && hold.paymentRef === paymentRef(index);
    return paid
      ? undefined
      : `was confirmed with ${paymentRef(index)} and is ${hold.state} with "${hold.paymentRef}"`;
  }
  if (release === Outcome.acknowledged)
    return hold.state === 'released' ? undefined : `was released and is ${hold.state}`;
  switch (hold.state) {
    case 'held':
      return undefined;
    case 'expired':
      return hold.endedAt >= hold.expiresAt
        ? undefined
        : `expired ${hold.expiresAt - hold.endedAt} ms before its deadline`;
    case 'confirmed':
      return 'is confirmed though nobody was told so';
    case 'released':
      return 'is released though nobody was told so';
  }
}

/** A hold that no client was told of is stock that nobody can buy: every key's truth was asked for before. */
function verifyNobodyElse(
  journal: Journal,
  acknowledged: readonly number[],
  inRedis: ReadonlyMap<string, StoredHold>,
  inLedger: ReadonlyMap<string, StoredHold>,
  findings: Findings,
): void {
  const ids = new Set(acknowledged.map((index) => journal.holdId(index)));
  if (ids.size !== acknowledged.length)
    findings.broken(`${acknowledged.length - ids.size} keys share a hold with another key`);
  for (const [store, holds] of [
    ['Redis', inRedis],
    ['the ledger', inLedger],
  ] as const) {
    for (const [holdId, { sku }] of holds) {
      if (!ids.has(holdId))
        findings.broken(`hold ${holdId} of ${sku} is in ${store}, but its client was told that it is not`);
    }
  }
}

async function verifyBuyers(
  partition: number,
  inRedis: ReadonlyMap<string, StoredHold>,
  skus: readonly SoldSku[],
  stores: Stores,
  findings: Findings,
): Promise<void> {
  const limits = new Map(skus.map(({ sku, buyerLimit }) => [sku, buyerLimit]));
  const recount = new Map<string, number>();
  for (const { sku, buyer, state, quantity } of inRedis.values()) {
    if (state === 'held' || state === 'confirmed')
      recount.set(`${sku}|${buyer}`, (recount.get(`${sku}|${buyer}`) ?? 0) + quantity);
  }
  const buyers = await stores.redisBuyers(partition, new Set(limits.keys()));
  for (const [key, units] of buyers) {
    if (recount.get(key) !== units)
      findings.broken(`buyer ${key} is said to have ${units} units and has ${recount.get(key) ?? 0}`);
  }
  for (const [key, units] of recount) {
    if (!buyers.has(key)) findings.broken(`buyer ${key} has ${units} units and no record`);
    const limit = limits.get(key.slice(0, key.indexOf('|'))) ?? 0;
    if (limit > 0 && units > limit)
      findings.broken(`buyer ${key} has ${units} units, more than the limit of ${limit}`);
  }
}

function verifyCounters(
  sku: string,
  total: number,
  counters: StoredSku | undefined,
  recount: { readonly held: number; readonly sold: number },
  findings: Findings,
): void {
  if (counters === undefined) {
    findings.broken(`${sku} is not in Redis`);
    return;
  }
  const { available, held, sold, reserved } = counters;
  if (counters.total !== total || total !== available + held + sold + reserved)
    findings.broken(`${sku}: total ${total} is not ${JSON.stringify(counters)}`);
  if (held !== recount.held || sold !== recount.sold)
    findings.broken(
      `${sku}: ${held} held and ${sold} sold, but its holds add up to ${recount.held} and ${recount.sold}`,
    );
  const over = recount.held + recount.sold + reserved - total;
  if (over <= 0) return;
  findings.oversold += over;
  findings.broken(`${sku}: ${over} units oversold`);
}

async function verifyLedger(skus: readonly SoldSku[], stores: Stores, findings: Findings): Promise<void> {
  for (const [partition, { events, firstSeq, lastSeq, position, withoutDigest }] of (
    await stores.ledgerEvents()
  ).entries()) {
    const contiguous = firstSeq === 1 && lastSeq === events && position === lastSeq;
    if (!contiguous)
      findings.broken(
        `partition ${partition}: the ledger has ${events} events, ${firstSeq} to ${lastSeq}, and stands at ${position}`,
      );
    if (withoutDigest > 0)
      findings.broken(`partition ${partition}: ${withoutDigest} events are in quarantine`);
  }
  const peaks = await stores.peakUnits(skus.map(({ sku }) => sku));
  for (const { sku, total, buyerLimit, buyers } of skus) {
    const over = (peaks.get(sku) ?? 0) - total;
    if (over > 0) {
      findings.oversold += over;
      findings.broken(`${sku}: ${over} units more than there were at one moment of its history`);
    }
    // Where buyers come back often enough for the limit to matter.
    if (buyerLimit === 0 || buyers > 10_000) continue;
    const above = await stores.buyersOverLimit(sku, buyerLimit);
    if (above.length > 0) findings.broken(`${sku}: over the limit of ${buyerLimit}: ${above.join(', ')}`);
  }
}
