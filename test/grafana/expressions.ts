import { type Dashboard, dashboards, type Rule, rules } from './files.js';

/** A PromQL expression as Prometheus can be asked it, and where it stands. */
export interface Expression {
  readonly where: string;
  readonly text: string;
}

const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/\$__rate_interval\b/g, '1m'],
  [/\$job\b/g, 'holdfast'],
  [/\$(?:instance|load)\b/g, '.*'],
];

/** What Grafana would ask with every engine chosen. */
function withVariables(text: string): string {
  return VARIABLES.reduce((filled, [variable, value]) => filled.replaceAll(variable, value), text);
}

/**
 * A comparison answers nothing while it does not hold, which is what an alert should do most of the time. With `bool` it answers 0
 * or 1, and nothing only where one of its sides has no data, which is what is asked here.
 */
export function alwaysAnswering(text: string): string {
  return text.replace(/\s(==|!=|<=|>=|<|>)\s/g, ' $1 bool ');
}

export function allExpressions(): readonly Expression[] {
  return [...dashboards().flatMap(ofDashboard), ...rules().map(ofRule)];
}

function ofDashboard({ title, panels, annotations }: Dashboard): readonly Expression[] {
  const ofPanels = panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ refId, expr }) => ({
      where: `${title}, panel "${panel.title}", ${refId}`,
      text: withVariables(expr),
    })),
  );
  const ofAnnotations = annotations.list.flatMap(({ name, expr }) =>
    expr === undefined
      ? []
      : [{ where: `${title}, annotation "${name}"`, text: alwaysAnswering(withVariables(expr)) }],
  );
  return [...ofPanels, ...ofAnnotations];
}

function ofRule({ group, record, alert, expr }: Rule): Expression {
  if (alert !== undefined) return { where: `${group}, alert ${alert}`, text: alwaysAnswering(expr) };
  return { where: `${group}, ${record}`, text: expr };
}

const SELECTOR = /\b((?:holdfast|process|nodejs)_\w+|up|job\w*:[\w:]+)(\{[^}]*\})?/g;
const MATCHER = /(\w+)(=~|!~|=|!=)"([^"]*)"/g;

/**
 * Each series an expression selects, with every alternative of its matchers by itself: `code=~"a|b"` is two, so that a word that
 * nothing has cannot hide behind one that something has.
 */
export function selectorsOf(text: string): readonly string[] {
  return [...text.matchAll(SELECTOR)].flatMap(([, name, matchers = '']) => {
    let alternatives = [''];
    for (const [, label, operator, value] of matchers.matchAll(MATCHER)) {
      const values = operator === '=~' && /^[\w|]+$/.test(value!) ? value!.split('|') : undefined;
      const texts = values?.map((one) => `${label}="${one}"`) ?? [`${label}${operator}"${value}"`];
      alternatives = alternatives.flatMap((before) => texts.map((after) => `${before}${after},`));
    }
    return alternatives.map((labels) => `${name}{${labels}}`);
  });
}
