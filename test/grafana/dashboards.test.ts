import t from 'tap';
import { ERRORS } from '../../src/domain/errors.js';
import { BUYING_ROUTES, ROUTE_LABELS } from '../../src/gateway/routes.js';
import { allExpressions, selectorsOf } from './expressions.js';
import { dashboards, type Panel } from './files.js';

const DEFAULT_TITLE = /^(new (panel|dashboard)|panel title|untitled|dashboard$)/i;
const COLUMNS = 24;

function shown(panels: readonly Panel[]): readonly Panel[] {
  return panels.filter(({ type }) => type !== 'row');
}

t.test('each dashboard says what it is and leads to the others', async (t) => {
  const all = dashboards();
  t.equal(all.length, 5);
  t.equal(new Set(all.map(({ uid }) => uid)).size, all.length, 'a uid of its own, so that links stay');
  t.equal(new Set(all.map(({ title }) => title)).size, all.length);
  for (const { file, uid, title, description, tags, links, templating, panels } of all) {
    t.match(uid, /^holdfast-[a-z-]+$/, file);
    t.match(title, /^Holdfast \/ \w/, file);
    t.notMatch(title, DEFAULT_TITLE);
    t.ok(description.length > 30, `${title} has a description`);
    t.ok(tags.includes('holdfast') && links.length > 0, `${title} leads to the others`);
    t.ok(shown(panels).length >= 10, `${title} has ${panels.length} panels`);
    t.equal(templating.list[0]?.type, 'datasource', `${title} asks for its data source`);
    t.equal(templating.list[0]?.name, 'datasource');
  }
});

t.test('each panel says what it shows, in which unit, and of which engines', async (t) => {
  for (const { title: dashboard, panels } of dashboards()) {
    t.equal(new Set(panels.map(({ id }) => id)).size, panels.length, `${dashboard}: ids`);
    for (const panel of shown(panels)) {
      const where = `${dashboard}, "${panel.title}"`;
      t.ok(panel.title.length > 0 && !DEFAULT_TITLE.test(panel.title), `${where} has a title of its own`);
      t.ok((panel.description ?? '').length > 10, `${where} has a description`);
      t.equal(panel.datasource?.uid, '$' + '{datasource}', `${where}: data source`);
      if (panel.type === 'alertlist') continue;
      t.ok((panel.fieldConfig?.defaults.unit ?? '') !== '', `${where} has a unit`);
      t.ok((panel.targets ?? []).length > 0, `${where} asks something`);
      for (const { refId, expr, legendFormat, datasource } of panel.targets ?? []) {
        t.ok(legendFormat.length > 0, `${where}, ${refId} has a legend`);
        t.equal(datasource.uid, '$' + '{datasource}');
        t.match(expr, /\$(job|load)\b/, `${where}, ${refId}: of the chosen deployment only`);
        t.notMatch(expr, /rate\([^[]*\[\d/, `${where}, ${refId}: a window that follows the zoom`);
      }
    }
  }
});

t.test('panels do not lie on each other', async (t) => {
  for (const { title, panels } of dashboards()) {
    const taken = new Map<string, string>();
    for (const { gridPos, title: panel } of panels) {
      t.ok(gridPos.x + gridPos.w <= COLUMNS, `${title}, "${panel}" fits`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          const other = taken.get(`${x},${y}`);
          if (other !== undefined) t.fail(`${title}: "${panel}" lies on "${other}"`);
          taken.set(`${x},${y}`, panel);
        }
      }
    }
  }
});

t.test('what expressions call a failure is what the API calls one', async (t) => {
  const failures = Object.entries(ERRORS)
    .filter(([, { status }]) => status >= 500)
    .map(([code]) => code)
    .sort();
  let asked = 0;
  for (const { where, text } of allExpressions()) {
    for (const [, codes] of text.matchAll(/code=~"([^"]+)"/g)) {
      asked += 1;
      const named = codes!.split('|').sort();
      const isRedis = /"Buyers who had to be told/.test(where);
      if (isRedis)
        t.ok(
          named.every((code) => failures.includes(code)),
          `${where}: ${codes}`,
        );
      else t.same(named, failures, where);
    }
    for (const [, routes] of text.matchAll(/route=~?"([^"]+)"/g)) {
      const named = routes!.split('|');
      t.ok(
        named.every((route) => ROUTE_LABELS.includes(route)),
        `${where}: ${routes}`,
      );
      if (named.length > 1) t.same(named, BUYING_ROUTES, where);
    }
  }
  t.ok(asked >= 5, `${asked} name failures`);
});

t.test('no expression asks for a SKU, a buyer or a hold', async (t) => {
  const labels = allExpressions().flatMap(({ text }) =>
    selectorsOf(text).flatMap((selector) =>
      [...selector.matchAll(/(\w+)(?:=~|!=|=)"/g)].map(([, label]) => label),
    ),
  );
  t.ok(labels.length > 200);
  t.same(
    labels.filter((label) => /sku|buyer|hold/.test(label!)),
    [],
  );
});
