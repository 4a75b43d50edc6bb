import { type Journal, Outcome } from '../../../loadtest/consistency/journal.js';
import type { HoldState } from '../../../loadtest/consistency/stores.js';
import { Findings, type Verdict } from '../../../loadtest/consistency/verdict.js';
import { acknowledgedByPartition } from '../../../loadtest/consistency/verify.js';
import { until } from '../../support/until.js';
import { Disk } from '../power-cut/disk.js';
import { powerCutsNeed, withPowerCuts } from '../power-cut/shim.js';
import { restartRedis } from '../redis-repair.js';
import type { FinishedRound, Round, Scenario } from '../scenario.js';
import type { Stack, StackOptions } from '../stack.js';

const disks = new WeakMap<Stack, Disk>();
const NOTICE_LIMIT_MS = 30_000;
const NOTICE_MS = 3000;
const REWRITE_SHARE = 0.3;

export const POWER_CUTS: readonly Scenario[] = [
  {
    name: 'redis-power-cut',
    title: 'power cut of Redis, `appendfsync always`',
    needs: powerCutsNeed,
    stack: () => cuttable(),
    strike: async (round) => {
      await maybeRewrite(round);
      round.fault();
      await cutPower(round);
    },
  },
  {
    name: 'power-cut',
    title: 'power cut of Redis and the engine at once, `appendfsync always`',
    needs: powerCutsNeed,
    stack: () => cuttable(),
    strike: async (round) => {
      await maybeRewrite(round);
      round.fault();
      round.stack.engine.signal('SIGKILL');
      await cutPower(round);
    },
  },
  {
    name: 'power-cut-everysec',
    title:
      'negative control: power cut of Redis, `appendfsync everysec`; must lose, and the engine must say so',
    needs: powerCutsNeed,
    stack: () => cuttable({ appendfsync: 'everysec' }, { DURABILITY: 'insist-on-weaker' }),
    roundsPerStack: 1,
    recovers: false,
    isControl: true,
    strike: async (round) => {
      round.fault();
      await cutPower(round);
      // The load ends once the loss is known; where nothing was lost it must sell, and goes on for as long as polls take to find out.
      const { load } = round;
      const begin = performance.now();
      const saysOrSells = (): boolean =>
        load.counts().rolledBack > 0 ||
        (performance.now() - begin > NOTICE_MS &&
          load.timeline.firstAcceptedAfter(round.mendedAt) !== undefined);
      await until(saysOrSells, { timeoutMs: NOTICE_LIMIT_MS }).catch(() =>
        round.broken(`the engine neither sold nor said store_rolled_back within ${NOTICE_LIMIT_MS / 1000} s`),
      );
    },
    judge: judgeControl,
    conclude: (verdicts) =>
      verdicts.some(({ missing }) => missing > 0)
        ? []
        : ['no round of the negative control lost anything: this harness is blind to power cuts'],
  },
];

function cuttable(
  extra: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): StackOptions {
  return {
    redis: { env: withPowerCuts(), extra },
    environment,
    between: async (stack) => {
      disks.set(stack, new Disk(stack.redis.directory));
      return {};
    },
  };
}

/** Now and then the cut comes while Redis rewrites its file: new files, renames and a new manifest are on their way then. */
async function maybeRewrite(round: Round): Promise<void> {
  if (round.random() >= REWRITE_SHARE) return;
  await round.stack.command('BGREWRITEAOF');
  const wait = 300 * round.random();
  await new Promise((resolve) => setTimeout(resolve, wait));
}

/** Half the cuts take all that was not synced; the others leave some of it, which tears the newest record. */
async function cutPower(round: Round): Promise<void> {
  const { redis } = round.stack;
  await redis.kill('SIGKILL');
  const survives = round.random() < 0.5 ? 0 : round.random();
  const { lostBytes } = disks.get(round.stack)!.cut(survives);
  round.figure('unsynced bytes lost', lostBytes);
  round.mended();
  await restartRedis(round);
}

/**
 * What was acknowledged and is not in Redis any more. From a partition that lost anything nothing may be sold afterwards, and the whole
 * engine must say so; another partition may sell until it does, which takes a poll at most.
 */
export async function judgeControl({ round, records, stores }: FinishedRound): Promise<Verdict> {
  const findings = new Findings();
  const { journal, skus, counts } = records;
  const names = new Set(skus.map(({ sku }) => sku));
  for (const [partition, indexes] of acknowledgedByPartition(journal, stores.partitions).entries()) {
    const holds = await stores.redisHolds(partition, names);
    const lost = indexes.filter((index) => isLost(journal, index, holds.get(journal.holdId(index))?.state));
    const soldSince = indexes.filter((index) => journal.answeredAt(index) > round.mendedAt);
    findings.missing += lost.length;
    if (lost.length > 0 && soldSince.length > 0) {
      const sentence = `partition ${partition} lost ${lost.length} acknowledged requests, and ${soldSince.length} holds were sold from it since`;
      findings.broken(sentence);
    }
  }
  if (findings.missing > 0 && counts.rolledBack === 0)
    findings.broken(
      `${findings.missing} acknowledged requests are gone, and the engine never said store_rolled_back`,
    );
  for (const sentence of records.violations) findings.broken(sentence);
  return findings.verdict();
}

function isLost(journal: Journal, index: number, state: HoldState | undefined): boolean {
  return (
    state === undefined ||
    (journal.confirm(index) === Outcome.acknowledged && state !== 'confirmed') ||
    (journal.release(index) === Outcome.acknowledged && state !== 'released')
  );
}
