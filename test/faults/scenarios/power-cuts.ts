import { until } from '../../support/until.js';
import { Outcome } from '../load/journal.js';
import { Disk } from '../power-cut/disk.js';
import { powerCutsNeed, withPowerCuts } from '../power-cut/shim.js';
import { restartRedis } from '../redis-repair.js';
import type { FinishedRound, Round, Scenario } from '../scenario.js';
import type { Stack, StackOptions } from '../stack.js';
import type { HoldState } from '../verify/stores.js';
import { Findings, type Verdict } from '../verify/verdict.js';

const disks = new WeakMap<Stack, Disk>();
const NOTICE_LIMIT_MS = 30_000;
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
      const { load } = round;
      const sellsOrSays = (): boolean =>
        load.counts().rolledBack > 0 || load.timeline.firstAcceptedAfter(round.mendedAt) !== undefined;
      await until(sellsOrSays, { timeoutMs: NOTICE_LIMIT_MS }).catch(() =>
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

/** What was acknowledged and is not in Redis any more; where there is anything, nothing may have been sold since. */
async function judgeControl({ round, records, stores }: FinishedRound): Promise<Verdict> {
  const findings = new Findings();
  const { journal, skus } = records;
  const names = new Set(skus.map(({ sku }) => sku));
  const present = new Map<string, HoldState>();
  for (let partition = 0; partition < stores.partitions; partition += 1) {
    for (const [holdId, { state }] of await stores.redisHolds(partition, names)) present.set(holdId, state);
  }
  const { acknowledged } = Outcome;
  for (let index = 0; index < journal.length; index += 1) {
    const state = present.get(journal.holdId(index));
    const isLost =
      (journal.outcome(index) === acknowledged && state === undefined) ||
      (journal.confirm(index) === acknowledged && state !== 'confirmed') ||
      (journal.release(index) === acknowledged && state !== 'released');
    if (isLost) findings.missing += 1;
  }
  const { counts } = records;
  const soldAgain = round.load.timeline.firstAcceptedAfter(round.mendedAt) !== undefined;
  if (findings.missing > 0 && soldAgain)
    findings.broken(`${findings.missing} acknowledged requests are gone, and the engine went on selling`);
  if (findings.missing > 0 && counts.rolledBack === 0)
    findings.broken(
      `${findings.missing} acknowledged requests are gone, and the engine never said store_rolled_back`,
    );
  for (const sentence of records.violations) findings.broken(sentence);
  return findings.verdict();
}
