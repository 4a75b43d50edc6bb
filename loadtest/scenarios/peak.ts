import { UsageError } from '../../src/cli/arguments.js';
import type { Scenario } from '../scenario.js';
import { sku } from './skus.js';

const WARM_UP_SECONDS = 3;

export const peak: Scenario = {
  name: 'peak',
  title: 'peak throughput only, closed loop (autocannon): no latency comes from here',
  seconds: 15,
  explanation:
    'A closed loop: each connection sends its next request when the last was answered, so that a slow engine is asked less. It says what is possible at most, and nothing about what a buyer waits. The client takes more processor time than the engine where both share a machine.',
  check({ rate }) {
    if (rate !== undefined)
      throw new UsageError('peak sends as much as it can: leave --rate out, or take another scenario.');
  },
  async run(stage) {
    await stage.sell([sku(`${stage.prefix}hot`)], { driver: 'autocannon' });
    const { connections } = stage.options;
    const pace = { kind: 'closed', connections, seconds: WARM_UP_SECONDS } as const;
    await stage.run({ name: 'warming up', pace }, 'aside');
    const { answers, seconds } = await stage.run(
      { name: 'peak (closed loop)', pace: { ...pace, seconds: stage.seconds } },
      'judged',
    );
    stage.figure('accepted, closed loop', answers.accepted / seconds, 'holds/s');
  },
};
