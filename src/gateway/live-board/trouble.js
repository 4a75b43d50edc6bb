import { detailWord, word } from './words.js';

const STATUS_WORDS = {
  connecting: 'connecting',
  selling: 'selling',
  sold_out: 'soldOut',
  ready: 'ready',
  not_ready: 'notReady',
  lost: 'lost',
  full: 'full',
  token: 'tokenNeeded',
};

/** The pill beside the title. `state` is a key of `STATUS_WORDS`. */
export function showStatus(state) {
  document.getElementById('status').dataset.state = state;
  const text = document.getElementById('status-text');
  text.dataset.word = STATUS_WORDS[state];
  text.textContent = word(STATUS_WORDS[state]);
  // What was true of a moment that is over must not look as if it were of now.
  const isStale = state === 'lost' || state === 'full' || state === 'token';
  for (const id of ['board', 'trouble']) document.getElementById(id).classList.toggle('stale', isStale);
}

/** Says on top since when there is nothing new. `time`: of the newest figures; empty while there is a connection. */
export function showLost(time) {
  const line = document.getElementById('lost');
  line.hidden = time === '';
  const text = time === '' ? '' : word('lostNote', { time });
  if (line.textContent !== text) line.textContent = text;
}

/** Everything the engine needs, and on top, for all to see and hear, what of it is not well. */
export function showParts({ dependencies }) {
  const entries = Object.entries(dependencies);
  document.getElementById('parts').replaceChildren(...entries.map(([name, part]) => partItem(name, part)));
  const troubled = entries.filter(([, { state }]) => state !== 'ok');
  const banner = document.getElementById('trouble');
  const texts = troubled.map(
    ([name, { state, detail }]) => `${word(`part_${name}`)}: ${word(state)} – ${detailWord(detail)}`,
  );
  // Written only when it changed: an alert that is written again is read aloud again.
  if (banner.dataset.texts === JSON.stringify(texts)) return;
  banner.dataset.texts = JSON.stringify(texts);
  banner.replaceChildren(
    ...troubled.map(([, { state }], index) => {
      const line = document.createElement('p');
      line.className = `trouble ${state}`;
      line.textContent = texts[index];
      return line;
    }),
  );
}

function partItem(name, { state, detail }) {
  const item = document.createElement('li');
  item.className = state;
  const label = document.createElement('span');
  label.className = 'part';
  label.textContent = word(`part_${name}`);
  const verdict = document.createElement('span');
  verdict.className = 'state';
  verdict.textContent = word(state);
  item.append(label, verdict);
  if (detail !== undefined) item.title = detail;
  return item;
}
