import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ApiRequest, GatewayContext } from './operation.js';
import type { Headers, Responder } from './responder.js';

/** The compiler does not copy what is no TypeScript: from `dist/src/gateway` back into the sources. */
const FOLDER = new URL('../../../src/gateway/live-board/', import.meta.url);
const UPLOT_FOLDER = dirname(createRequire(import.meta.url).resolve('uplot'));

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const SVG = 'image/svg+xml';

/**
 * Nothing from anywhere else, nothing inline, no frame around it: what a name of a SKU or an answer of the engine could do wrong in
 * the page ends here. `no-cache` because a page of another version than its engine would misread the stream.
 */
const PAGE_HEADERS: Headers = [
  [
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  ],
  ['Cache-Control', 'no-cache'],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
];

interface Asset {
  readonly type: string;
  readonly text: string;
}

/** The only files there are: a path of a request never becomes a path of the disk. */
const SCRIPTS = [
  'main',
  'details',
  'feed',
  'figures',
  'plots',
  'preferences',
  'skus',
  'trouble',
  'words',
] as const;
const STYLES = ['theme', 'board', 'figures', 'screens'] as const;

function own(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

function readAssets(): ReadonlyMap<string, Asset> {
  const uplot = (name: string): string => readFileSync(join(UPLOT_FOLDER, name), 'utf8');
  return new Map<string, Asset>([
    ['', { type: HTML, text: own('index.html') }],
    ['icon.svg', { type: SVG, text: own('icon.svg') }],
    ['uplot.css', { type: STYLE, text: uplot('uPlot.min.css') }],
    ['uplot.js', { type: SCRIPT, text: uplot('uPlot.iife.min.js') }],
    ...STYLES.map((name) => [`${name}.css`, { type: STYLE, text: own(`${name}.css`) }] as const),
    ...SCRIPTS.map((name) => [`${name}.js`, { type: SCRIPT, text: own(`${name}.js`) }] as const),
  ]);
}

/** Read when first asked for, then kept: about 100 kB. */
let assets: ReadonlyMap<string, Asset> | undefined;

function send(name: string, responder: Responder): void {
  assets ??= readAssets();
  const asset = assets.get(name);
  if (asset === undefined) responder.problem('unknown_route');
  else responder.send('ok', 200, asset.type, asset.text, PAGE_HEADERS);
}

/** `GET /`: the live board. It has no data in it, so anybody who reaches the listener may have it. */
export function liveBoardPage(_context: GatewayContext, _request: ApiRequest, responder: Responder): void {
  send('', responder);
}

/** `GET /live-board/{file}`: what the page is made of. */
export function liveBoardFile(_context: GatewayContext, request: ApiRequest, responder: Responder): void {
  const name = request.parameters[0] ?? '';
  if (name === '') responder.problem('unknown_route');
  else send(name, responder);
}
