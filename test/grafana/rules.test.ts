import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { allExpressions, alwaysAnswering, selectorsOf } from './expressions.js';
import { filesIn, GRAFANA, PROMETHEUS_CONFIG, RULE_TESTS, RULES, rules, ruleTests } from './files.js';
import { promtool, WITHOUT_PROMETHEUS } from './prometheus-server.js';

const skip = WITHOUT_PROMETHEUS;

/** `name{label="value",}` without what is in braces. */
function nameOf(selector: string): string {
  return selector.slice(0, selector.indexOf('{'));
}

const alerts = rules().flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));

t.test('promtool finds nothing to say about configuration and rules', { skip }, async (t) => {
  const config = promtool(['check', 'config', PROMETHEUS_CONFIG]);
  t.ok(config.ok, config.output);
  const checked = promtool(['check', 'rules', '--lint=all', '--lint-fatal', ...filesIn(RULES, '.yml')]);
  t.ok(checked.ok, checked.output);
});

t.test('every alert fires when it should and not before', { skip }, async (t) => {
  const { ok, output } = promtool(['test', 'rules', ...filesIn(RULE_TESTS, '.yml')]);
  t.ok(ok, output);
});

t.test('what is recorded is asked for by an alert or a panel', async (t) => {
  const recorded = rules().flatMap(({ record }) => (record === undefined ? [] : [record]));
  t.ok(recorded.length > 5);
  const asked = new Set(allExpressions().flatMap(({ text }) => selectorsOf(text).map(nameOf)));
  t.same(
    recorded.filter((name) => !asked.has(name)),
    [],
  );
});

t.test('every alert has a silent and a firing case', async (t) => {
  const cases = ruleTests().flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  for (const { alert } of alerts) {
    const own = cases.filter(({ alertname }) => alertname === alert);
    t.ok(
      own.some(({ exp_alerts = [] }) => exp_alerts.length > 0),
      `${alert} has a firing case`,
    );
    t.ok(
      own.some(({ exp_alerts = [] }) => exp_alerts.length === 0),
      `${alert} has a silent case`,
    );
  }
  const names = new Set(alerts.map(({ alert }) => alert));
  t.same(
    cases.filter(({ alertname }) => !names.has(alertname)).map(({ alertname }) => alertname),
    [],
    'no case of an alert that is no more',
  );
});

t.test('every alert leads to its entry in the runbook, and every entry is of an alert', async (t) => {
  const runbook = readFileSync(join(GRAFANA, 'runbook.md'), 'utf8');
  const entries = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name!);
  t.same(entries.sort(), alerts.map(({ alert }) => alert).sort());
  for (const { alert, annotations = {}, labels = {} } of alerts) {
    t.match(alert, /^Holdfast[A-Z]\w+$/);
    t.match(labels.severity, /^(page|ticket)$/, `${alert}: severity`);
    t.ok((annotations.summary ?? '').length > 20, `${alert} has a summary`);
    t.ok((annotations.description ?? '').length > 20, `${alert} has a description`);
    t.equal(annotations.runbook_url, `{{ $externalLabels.runbook }}#${alert.toLowerCase()}`);
    const [, entry = ''] = runbook.split(`### ${alert}\n`);
    const own = entry.split(/^#{1,3} /m)[0]!;
    for (const part of ['**Means:**', '**Look:**', '**Do:**']) t.match(own, part, `${alert}: ${part}`);
  }
});

t.test('the measures measure', async (t) => {
  t.equal(alwaysAnswering('a > 1 and b{c!="d"} == 0'), 'a > bool 1 and b{c!="d"} == bool 0');
  t.same(selectorsOf('sum by (job) (rate(holdfast_a_total{x="1",y=~"b|c"}[1m])) / job:d:e'), [
    'holdfast_a_total{x="1",y="b",}',
    'holdfast_a_total{x="1",y="c",}',
    'job:d:e{}',
  ]);
});
