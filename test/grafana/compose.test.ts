import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePort } from '../../src/services/ports.js';
import { exitOf } from '../../src/services/processes.js';
import { ensureRedisServer } from '../../src/services/redis-binary.js';
import { temporaryDirectory } from '../support/directories.js';
import { startEngineOn } from '../support/engine-on.js';
import { leftovers } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { GRAFANA, yamlFile } from './files.js';
import { startPrometheus, WITHOUT_PROMETHEUS } from './prometheus-server.js';

// There is no Docker here. What compose.yaml tells the parts is tried on the parts themselves.
leftovers(t);

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
}

const { services } = yamlFile(join(GRAFANA, 'compose.yaml')) as { services: Record<string, Service> };
const COMPOSE_CONFIG = join(GRAFANA, 'prometheus', 'prometheus.compose.yml');
const ADMIN_TOKEN = 'token-of-the-operations-listener';

/** redis-server with exactly the arguments of compose.yaml, beside a port and a place of its own. */
async function startComposedRedis(t: Test): Promise<string> {
  const [program, ...settings] = services.redis?.command ?? [];
  t.equal(program, 'redis-server');
  const port = await freePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', temporaryDirectory(t, 'redis')];
  const child = spawn(await ensureRedisServer(), [...settings, ...own], { stdio: 'ignore' });
  const exited = exitOf(child);
  t.teardown(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return `redis://127.0.0.1:${port}`;
}

t.test(
  'the engine sells on the Redis of compose.yaml, with its settings',
  { skip: WITHOUT_PROMETHEUS },
  async (t) => {
    const redisUrl = await startComposedRedis(t);
    const { REDIS_URL: _redis, DATABASE_URL: _postgres, ...settings } = services.engine?.environment ?? {};
    t.equal(settings.HOST, '0.0.0.0');
    const engine = await startEngineOn(t, {
      ...settings,
      ...{ REDIS_URL: redisUrl, REDIS_ADMIN_URL: '' },
      ADMIN_TOKEN,
      STOREFRONT_KEYS: `shop:key-1:${'0123456789abcdef'.repeat(4)}`,
    });
    const ready = (await (await fetch(`${engine.operationsUrl}/readyz`)).json()) as {
      readonly dependencies: { readonly durability: { readonly state: string } };
    };
    t.equal(ready.dependencies.durability.state, 'ok', 'every write is on disk');
    const metrics = (token?: string): Promise<Response> =>
      fetch(`${engine.operationsUrl}/metrics`, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
    t.equal((await metrics()).status, 401, 'not for everybody beyond loopback');
    t.equal((await metrics(ADMIN_TOKEN)).status, 200);
    const prometheus = await startPrometheus(t, {
      targets: { holdfast: engine.operationsUrl, 'holdfast-load': engine.operationsUrl },
      config: COMPOSE_CONFIG,
      credentials: ADMIN_TOKEN,
    });
    const up = await until(async () => (await prometheus.query('up{job="holdfast"} == 1'))[0], {
      timeoutMs: 20_000,
      what: 'seen by Prometheus, which has the token',
    });
    t.equal(up.metric.job, 'holdfast');
  },
);

t.test('what compose.yaml mounts and builds from exists', async (t) => {
  const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes);
  const folders = mounts.map((mount) => mount.split(':')[0]!).filter((source) => source.startsWith('.'));
  t.equal(folders.length, 3);
  for (const folder of folders) t.ok(existsSync(join(GRAFANA, folder)), folder);
  const recipe = readFileSync(join(GRAFANA, 'Dockerfile'), 'utf8');
  const sent = readFileSync(join(GRAFANA, 'Dockerfile.dockerignore'), 'utf8').split('\n');
  const copied = [...recipe.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
    sources!.split(' '),
  );
  t.ok(copied.length >= 6, copied.join(' '));
  for (const source of copied.filter((name) => name !== '.')) {
    t.ok(existsSync(join(GRAFANA, '..', source)), `${source} is there to be copied`);
    t.ok(sent.includes(`!${source}`), `${source} is let through by Dockerfile.dockerignore`);
  }
  t.match(recipe, /^USER node$/m, 'not as root');
  t.equal(services.engine?.read_only, true, 'the engine writes no file');
  t.match(recipe, /dist\/src\/main\.js/);
});

t.test('both configurations of Prometheus watch the same', async (t) => {
  interface Config {
    readonly global: object;
    readonly rule_files: readonly string[];
    readonly scrape_configs: readonly { readonly job_name: string }[];
  }
  const [own, composed] = [join(GRAFANA, 'prometheus', 'prometheus.yml'), COMPOSE_CONFIG].map(
    (path) => yamlFile(path) as Config,
  );
  t.same(composed?.global, own?.global);
  t.same(composed?.rule_files, own?.rule_files);
  const jobs = (config: Config | undefined) => config?.scrape_configs.map(({ job_name }) => job_name);
  t.same(jobs(composed), jobs(own));
});

t.test('Grafana finds its data source and its dashboards where compose.yaml puts them', async (t) => {
  const provisioning = join(GRAFANA, 'provisioning');
  const sources = yamlFile(join(provisioning, 'datasources', 'prometheus.yml')) as {
    readonly datasources: readonly {
      readonly url: string;
      readonly jsonData: { readonly timeInterval: string };
    }[];
  };
  const variable = /^\$(\w+)$/.exec(sources.datasources[0]?.url.replace(/[{}]/g, '') ?? '')?.[1];
  t.ok(services.grafana?.environment?.[variable ?? ''], 'the address of Prometheus is given');
  const { global } = yamlFile(COMPOSE_CONFIG) as { global: { scrape_interval: string } };
  t.equal(sources.datasources[0]?.jsonData.timeInterval, global.scrape_interval);
  const { providers } = yamlFile(join(provisioning, 'dashboards', 'holdfast.yml')) as {
    readonly providers: readonly { readonly options: { readonly path: string } }[];
  };
  const mounts = services.grafana?.volumes ?? [];
  t.ok(mounts.some((mount) => mount.split(':')[1] === providers[0]?.options.path));
});
