/** A hold id of another deployment. */
export const SOME_HOLD_ID = 'AFpFg3SNhbbefCuG3ITT7G28wlle';

/** Parts of a path where an id is expected. */
export const SEGMENTS = [
  ...[
    '%00',
    '%',
    '%zz',
    '%ff',
    '%c0%af',
    '%ed%a0%80',
    '..',
    '.',
    '%2e%2e',
    '%2f',
    'a%2fb',
    '%E2%80%AE',
    'a%0d%0aX:%20y',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'a;b',
    'a b'.replace(' ', '%20'),
    '*',
    ':sku',
    '{sku}',
    "'",
    '%27%20OR',
    '%'.repeat(50),
  ],
  ...[
    'x'.repeat(64),
    'x'.repeat(65),
    'x'.repeat(3000),
    SOME_HOLD_ID,
    `${SOME_HOLD_ID.slice(0, -1)}f`,
    '\xe9',
    '\xff\xfe',
  ],
];

/** After the question mark. */
export const QUERIES = [
  ...[
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1e3',
    'limit=1&limit=2',
    'after=x',
    'after=%00',
    'after=%ff',
    'state=no',
  ],
  ...[
    'state=open',
    'limit=5',
    '__proto__=1',
    'constructor=1',
    '&&&',
    '=',
    '?',
    '%',
    'buyerId=%00',
    `after=${'x'.repeat(2000)}`,
    'state[]=a',
  ],
];

/** Whole request targets. */
export const TARGETS = [
  ...[
    '/',
    '//',
    '///v1/holds',
    '/v1',
    '/v1/',
    '/v1/holds/',
    '/v1//holds',
    '/V1/HOLDS',
    '/v1/holds;x',
    '/v1/./holds',
    '/v1/../v1/holds',
  ],
  ...[
    '*',
    'http://fuzz/v1/skus/phone',
    'https://other/v1/skus/phone',
    'fuzz:80',
    '/v1/skus/phone#x',
    '?',
    '/?',
    '/\\',
    '/%2e%2e/etc/passwd',
  ],
  ...[
    '/problems/sold_out',
    '/problems/__proto__',
    '/problems/constructor',
    '/problems/toString',
    '/openapi.json',
    '/metrics',
    '/healthz',
  ],
  ...[`/${'a/'.repeat(1000)}`, `/${'x'.repeat(6000)}`, `/v1/skus/phone?${'a=b&'.repeat(800)}`],
];

/** Methods, and words that are none. */
export const METHODS = [
  ...[
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'get',
    'Post',
    'GETX',
    'M-SEARCH',
  ],
  ...['X'.repeat(40), 'HEAD', 'PRI', '__proto__', 'QUERY', 'G\xe9T', 'GET\t'],
];

/** Header lines, not all of them by the book. */
export const HEADER_LINES = [
  ...[
    'Expect: 100-continue',
    'Expect: x',
    'Upgrade: websocket',
    'Upgrade: h2c',
    'Connection: upgrade',
    'Connection: close',
    'TE: trailers',
  ],
  ...[
    'Host: other',
    'Host:',
    'X-Forwarded-For: 127.0.0.1',
    'X-Original-URL: /metrics',
    'X-HTTP-Method-Override: DELETE',
    'Range: bytes=0-',
  ],
  ...[
    'Accept-Encoding: gzip',
    'Cookie: a=b',
    ': empty',
    'no colon',
    'X',
    'X y: z',
    'X\x00: y',
    'X: \x00',
    'X: \x7f',
    '\xe9: \xe9',
    'X: \xff\xfe',
  ],
  ...[
    'X: y\r\n folded',
    'X: y\r',
    'X: y\nInjected: 1',
    '(x): y',
    'Content-Type: application/json; charset=latin1',
    'Content-Type: text/plain',
  ],
  ...[
    'Idempotency-Key: short',
    'Idempotency-Key: a b c d e f',
    `Idempotency-Key: ${'k'.repeat(129)}`,
    'Idempotency-Key: \xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9',
  ],
  ...[
    'Holdfast-Key: other',
    'Holdfast-Nonce: \x80',
    'Holdfast-Signature: v1=',
    'Authorization: Bearer ',
    'Authorization: Basic eA==',
    '__proto__: 1',
  ],
];
