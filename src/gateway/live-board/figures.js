import { age, count, duration, percent, rate, word } from './words.js';

/** Lag in seconds from which on the ledger is behind for everybody to see. */
const LAG_ALARM_SECONDS = 10;

function put(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}

/** A large figure, its unit smaller beside it. */
function putLarge(id, text) {
  const element = document.getElementById(id);
  if (element.dataset.text === text) return;
  element.dataset.text = text;
  const [value, unit = ''] = text.split(/\u00a0(?=\D+$)/);
  const small = document.createElement('small');
  small.textContent = unit === '' ? '' : `\u00a0${unit}`;
  element.replaceChildren(value, small);
}

/** The large figures on top. */
export function showFigures({ point, totals, ledger, stock }) {
  putLarge('accepted', rate(point.acceptedPerSecond));
  put('accepted-note', word('acceptedNote', { count: count(totals.accepted) }));
  putLarge('refused', rate(point.refusedPerSecond));
  put('refused-note', refusedNote(totals));
  putLarge('failed', rate(point.failedPerSecond));
  put('failed-note', word('failedNote', { count: count(totals.failed) }));
  document.getElementById('failed-figure').classList.toggle('alarm', point.failedPerSecond > 0);
  putLarge('left', count(stock.available));
  put('left-note', word('leftNote', { soldOut: count(stock.soldOut), skus: count(stock.skus) }));
  putLarge('latency', duration(point.acceptedP99Seconds));
  put('latency-note', latencyNote(point));
  const isKnown = point.lagSeconds !== null;
  putLarge('lag', duration(point.lagSeconds));
  put('lag-note', isKnown ? word('lagNote', { count: count(ledger.lagEvents) }) : word('lagUnknown'));
  const isFarBehind = isKnown && point.lagSeconds >= LAG_ALARM_SECONDS;
  document.getElementById('lag-figure').classList.toggle('alarm', isFarBehind);
}

/** Half of the accepted; of a sale that accepts nobody any more, how fast it says so. */
function latencyNote({ acceptedP50Seconds, refusedP99Seconds }) {
  if (acceptedP50Seconds !== null) return word('latencyNote', { half: duration(acceptedP50Seconds) });
  if (refusedP99Seconds === null) return '';
  return word('latencyRefusedNote', { refused: duration(refusedP99Seconds) });
}

/** Why most of the refused were refused. */
function refusedNote({ refused, byCode }) {
  const [top] = Object.entries(byCode)
    .filter(([code]) => !isFailure(code))
    .sort(([, left], [, right]) => right - left);
  if (refused === 0 || top === undefined) return '';
  return word('refusedNote', { share: percent(top[1] / refused), reason: word(`reason_${top[0]}`) });
}

const FAILURES = new Set(['internal', 'overloaded', 'outcome_unknown', 'unavailable', 'store_rolled_back']);

function isFailure(code) {
  return FAILURES.has(code);
}

/** The audit, and how holds ended. `now`: the engine's time, milliseconds. */
export function showAudit({ ledger, totals, point }) {
  const { auditRounds, auditDiffering, auditUncounted, auditRepairs, auditedAt } = ledger;
  const verdict = document.getElementById('audit');
  const isBad = auditDiffering > 0 || auditUncounted > 0;
  verdict.classList.toggle('bad', isBad);
  verdict.classList.toggle('good', !isBad && auditedAt !== null);
  put('audit', auditVerdict(ledger));
  const ago = age((point.at - Date.parse(auditedAt)) / 1000);
  const note = { ago, rounds: count(auditRounds), repairs: count(auditRepairs) };
  put('audit-note', auditedAt === null ? '' : word('auditNote', note));
  const { confirmed, released, expired } = totals;
  put(
    'ended-note',
    word('endedNote', { confirmed: count(confirmed), released: count(released), expired: count(expired) }),
  );
}

function auditVerdict({ auditDiffering, auditUncounted, auditedAt }) {
  if (auditDiffering > 0) return word('auditDiffers', { count: count(auditDiffering) });
  if (auditUncounted > 0) return word('auditFailed', { count: count(auditUncounted) });
  return word(auditedAt === null ? 'auditNone' : 'auditClean');
}
