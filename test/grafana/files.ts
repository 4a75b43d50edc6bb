import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const GRAFANA = fileURLToPath(new URL('../../../grafana', import.meta.url));
export const PROMETHEUS_CONFIG = join(GRAFANA, 'prometheus', 'prometheus.yml');
export const RULES = join(GRAFANA, 'prometheus', 'rules');
export const RULE_TESTS = join(GRAFANA, 'prometheus', 'tests');

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly datasource: { readonly uid: string };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly links: readonly unknown[];
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] };
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[];
  };
  readonly panels: readonly Panel[];
}

export interface Rule {
  readonly group: string;
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleTest {
  readonly alert_rule_test?: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }[];
}

export function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

export function yamlFile(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}

export function dashboards(): readonly Dashboard[] {
  return filesIn(join(GRAFANA, 'dashboards'), '.json').map((file) => ({
    ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Dashboard, 'file'>),
    file,
  }));
}

export function rules(): readonly Rule[] {
  return filesIn(RULES, '.yml').flatMap((file) => {
    const { groups } = yamlFile(file) as { groups: { name: string; rules: Omit<Rule, 'group'>[] }[] };
    return groups.flatMap((group) => group.rules.map((rule) => ({ ...rule, group: group.name })));
  });
}

export function ruleTests(): readonly RuleTest[] {
  return filesIn(RULE_TESTS, '.yml').flatMap((file) => (yamlFile(file) as { tests: RuleTest[] }).tests);
}
