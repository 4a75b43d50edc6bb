import { follow } from './feed.js';
import { showAudit, showFigures } from './figures.js';
import { Plots } from './plots.js';
import { startPreferences } from './preferences.js';
import { SkuTable } from './skus.js';
import { showLost, showParts, showStatus } from './trouble.js';
import { currentLanguage, word } from './words.js';

const TOKEN = 'holdfast.token';

const board = document.getElementById('board');
const form = document.getElementById('token-form');
const input = document.getElementById('token');
const skus = new SkuTable();
const plots = new Plots();

let newest;
let isLost = false;
/** The engine's clock less this machine's, milliseconds: countdowns go by the engine's. */
let aheadMs = 0;

function show() {
  if (newest === undefined) return;
  const { point, stock, readiness } = newest;
  showFigures(newest);
  skus.show(newest.skus, stock, Date.now() + aheadMs);
  showParts(readiness);
  showAudit(newest);
  const language = currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB';
  const time = new Date(point.at).toLocaleTimeString(language);
  document.getElementById('clock').textContent = time;
  showLost(isLost ? time : '');
}

startPreferences(() => {
  if (!board.hidden) plots.build();
  // Texts of the banner are kept until they change; the language is a change.
  document.getElementById('trouble').dataset.texts = '';
  show();
});

function reveal() {
  form.hidden = true;
  if (!board.hidden) return;
  board.hidden = false;
  plots.build();
}

function withMilliseconds(point) {
  return { ...point, at: Date.parse(point.at) };
}

function onEvent(name, data) {
  reveal();
  if (name === 'history') {
    plots.begin(data.map(withMilliseconds));
    return;
  }
  const point = withMilliseconds(data.point);
  // What waits is in Redis: without it the engine only has the lag of before, which must not look like one of now.
  const isLagKnown = data.readiness.dependencies.redis?.state !== 'down';
  newest = { ...data, point: isLagKnown ? point : { ...point, lagSeconds: null } };
  aheadMs = newest.point.at - Date.now();
  plots.add(newest.point);
  showStatus(statusOf(data));
  show();
}

function statusOf({ readiness, stock }) {
  if (!readiness.ready) return 'not_ready';
  if (stock.selling > 0) return 'selling';
  return stock.soldOut > 0 ? 'sold_out' : 'ready';
}

/** Kept for this tab only: a token is worth more than a preference. */
let token = sessionStorage.getItem(TOKEN) ?? '';

function tokenGiven() {
  board.hidden = true;
  form.hidden = false;
  document.getElementById('token-error').textContent = token === '' ? '' : word('tokenWrong');
  input.focus();
  return new Promise((resolve) => {
    form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        token = input.value.trim();
        input.value = '';
        sessionStorage.setItem(TOKEN, token);
        resolve();
      },
      { once: true },
    );
  });
}

void follow({
  token: () => token,
  tokenGiven,
  event: onEvent,
  state: (state) => {
    isLost = state === 'lost' || state === 'full';
    if (state === 'live') return;
    showStatus(state);
    show();
  },
});
