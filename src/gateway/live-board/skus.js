import { count, countdown, rate, word } from './words.js';

/** News are for ears: no more often than this, milliseconds. */
const NEWS_MS = 5000;
/** Rows change places no more often than this, milliseconds: figures may move every second, but a row must stay to be read. */
const ORDER_MS = 3000;
/** Rows that a phone shows until asked for all; the style sheet hides the others. */
const FEW = 8;
const PARTS = ['left', 'held', 'sold', 'reserved'];

/** The table of SKUs: rows are kept and only what changed is written, so that nothing flickers. */
export class SkuTable {
  #body = document.getElementById('skus');
  #rows = new Map();
  #soldOut = new Set();
  #back = new Set();
  #wasSoldOut = new Map();
  #newsAt = 0;
  #orderedAt = 0;

  #table = document.getElementById('skus-table');
  #more = document.getElementById('skus-more');

  constructor() {
    this.#more.addEventListener('click', () => {
      this.#table.classList.toggle('few');
      this.#label();
    });
  }

  /** `now`: the engine's time, milliseconds. */
  show(skus, stock, now) {
    const rows = skus.map((sku) => this.#row(sku, now));
    const kept = new Set(rows);
    for (const [name, row] of this.#rows) {
      if (kept.has(row)) continue;
      row.element.remove();
      this.#rows.delete(name);
      this.#wasSoldOut.delete(name);
    }
    this.#order(rows);
    this.#label();
    const note =
      stock.skus > skus.length
        ? word('skusNote', { shown: count(skus.length), skus: count(stock.skus) })
        : '';
    document.getElementById('skus-note').textContent = stock.skus === 0 ? word('noSkus') : note;
    this.#tellNews();
  }

  #order(rows) {
    const now = performance.now();
    const isSettled = rows.every(({ element }) => element.isConnected);
    if (isSettled && now - this.#orderedAt < ORDER_MS) return;
    this.#orderedAt = now;
    for (const [place, { element }] of rows.entries()) {
      const there = this.#body.children[place];
      if (there !== element) this.#body.insertBefore(element, there ?? null);
    }
  }

  #label() {
    const isFew = this.#table.classList.contains('few');
    this.#more.hidden = this.#rows.size <= FEW;
    this.#more.setAttribute('aria-expanded', String(!isFew));
    this.#more.textContent = isFew ? word('showAll', { count: count(this.#rows.size) }) : word('showFew');
  }

  #row(sku, now) {
    let row = this.#rows.get(sku.sku);
    if (row === undefined) {
      row = newRow(sku.sku);
      this.#rows.set(sku.sku, row);
    }
    write(row, sku, now);
    this.#note(sku);
    return row;
  }

  #note({ sku, state, available }) {
    const isSoldOut = state === 'open' && available === 0;
    const was = this.#wasSoldOut.get(sku);
    this.#wasSoldOut.set(sku, isSoldOut);
    if (was === undefined || was === isSoldOut) return;
    const [into, from] = isSoldOut ? [this.#soldOut, this.#back] : [this.#back, this.#soldOut];
    // Sold out and back within a moment is no news.
    if (!from.delete(sku)) into.add(sku);
  }

  #tellNews() {
    const now = performance.now();
    if (this.#soldOut.size + this.#back.size === 0 || now - this.#newsAt < NEWS_MS) return;
    this.#newsAt = now;
    const sentences = [];
    if (this.#soldOut.size > 3) sentences.push(word('newsManySoldOut', { count: count(this.#soldOut.size) }));
    else for (const sku of this.#soldOut) sentences.push(word('newsSoldOut', { sku }));
    for (const sku of [...this.#back].slice(0, 3)) sentences.push(word('newsBack', { sku }));
    document.getElementById('news').textContent = sentences.join('. ');
    this.#soldOut.clear();
    this.#back.clear();
  }
}

function newRow(name) {
  const element = document.createElement('tr');
  const head = child(element, 'th');
  head.scope = 'row';
  const title = child(head, 'span', 'name');
  title.textContent = name;
  const badge = child(head, 'span', 'badge');
  const bar = child(head, 'span', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  const parts = Object.fromEntries(PARTS.map((part) => [part, child(bar, 'i', part)]));
  const cells = {
    left: child(element, 'td', 'number left'),
    held: child(element, 'td', 'number wide'),
    sold: child(element, 'td', 'number wide'),
    taken: child(element, 'td', 'number'),
  };
  return { element, badge, parts, cells };
}

function child(parent, tag, className = '') {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  parent.append(element);
  return element;
}

function write({ element, badge, parts, cells }, sku, now) {
  const { state, total, available, held, sold, reserved, takenPerSecond } = sku;
  const isSoldOut = state === 'open' && available === 0;
  element.className = isSoldOut ? 'sold-out' : state;
  put(badge, badgeOf(sku, isSoldOut, now));
  put(cells.left, count(available));
  put(cells.held, count(held));
  put(cells.sold, count(sold));
  put(cells.taken, takenPerSecond === 0 ? '–' : rate(takenPerSecond));
  const shares = { left: available, held, sold, reserved };
  for (const part of PARTS) parts[part].style.width = `${total === 0 ? 0 : (100 * shares[part]) / total}%`;
}

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function badgeOf({ state, opensAt }, isSoldOut, now) {
  if (isSoldOut) return word('stateSoldOut');
  if (state === 'scheduled') {
    // Without a time it compares as NaN: nobody knows when.
    const waitMs = Date.parse(opensAt) - now;
    return waitMs > 0 ? word('stateOpensIn', { time: countdown(waitMs) }) : word('stateScheduled');
  }
  if (state === 'paused') return word('statePaused');
  return state === 'closed' ? word('stateClosed') : '';
}
