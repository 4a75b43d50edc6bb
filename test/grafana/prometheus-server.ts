import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { stringify } from 'yaml';
import { freePort } from '../../src/services/ports.js';
import { exitOf } from '../../src/services/processes.js';
import { temporaryDirectory } from '../support/directories.js';
import { until } from '../support/until.js';
import { PROMETHEUS_CONFIG, RULES, yamlFile } from './files.js';

export const WITHOUT_PROMETHEUS =
  isInstalled('prometheus') && isInstalled('promtool')
    ? false
    : 'prometheus and promtool are not installed (Debian: apt-get install prometheus)';

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Output of promtool and whether it was content. */
export function promtool(
  arguments_: readonly string[],
  input = '',
): { readonly ok: boolean; readonly output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', [...arguments_], { input, encoding: 'utf8' });
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface RunningPrometheus {
  /** An instant query. Rejects with Prometheus' own words when the expression is not valid. */
  query(expression: string): Promise<readonly Sample[]>;
}

interface ScrapeConfig {
  job_name: string;
  static_configs: { targets: string[] }[];
  authorization?: { credentials_file: string };
}

interface PrometheusConfig {
  global: Record<string, unknown>;
  rule_files: string[];
  scrape_configs: ScrapeConfig[];
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
}

export interface Shipped {
  /** Address of each job. */
  readonly targets: Readonly<Record<string, string>>;
  /** Default: prometheus.yml. */
  readonly config?: string;
  /** What the file with credentials has in it, where the configuration names one. */
  readonly credentials?: string;
}

/** Prometheus with a configuration that is shipped; only addresses, intervals and the place of a secret are the test's. */
export async function startPrometheus(
  t: Test,
  { targets, config: path = PROMETHEUS_CONFIG, credentials = '' }: Shipped,
): Promise<RunningPrometheus> {
  const directory = temporaryDirectory(t, 'prometheus');
  const config = yamlFile(path) as PrometheusConfig;
  config.global = {
    ...config.global,
    scrape_interval: '1s',
    scrape_timeout: '1s',
    evaluation_interval: '1s',
  };
  const credentialsFile = join(directory, 'credentials');
  writeFileSync(credentialsFile, credentials);
  config.rule_files = [join(RULES, '*.yml')];
  for (const scrape of config.scrape_configs) {
    const target = targets[scrape.job_name];
    if (target === undefined) throw new Error(`no target for the job ${scrape.job_name}`);
    scrape.static_configs = [{ targets: [new URL(target).host] }];
    if (scrape.authorization !== undefined) scrape.authorization.credentials_file = credentialsFile;
  }
  const file = join(directory, 'prometheus.yml');
  writeFileSync(file, stringify(config));
  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = exitOf(child);
  t.teardown(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/-/ready`)).ok, {
    timeoutMs: 30_000,
    what: 'Prometheus ready',
  });
  return { query: (expression) => query(url, expression) };
}

async function query(url: string, expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
  const { error, data } = (await response.json()) as Answer;
  if (data === undefined) throw new Error(`${expression}: ${error}`);
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}
