import { watchSale } from './live-board.js';
import { liveBoardFile, liveBoardPage } from './live-board-page.js';
import type { Operation } from './operation.js';

/** The live board: its stream of figures, which is protected, and the page with its parts, which have no data in them and are not. */
export const LIVE_BOARD_OPERATIONS: readonly Operation[] = [
  {
    operationId: 'watchSale',
    method: 'get',
    path: '/v1/live',
    listeners: ['operations'],
    access: 'admin',
    summary: 'Server-sent events of the whole sale, about one a second: what the live board shows',
    handle: watchSale,
    answers: [
      {
        status: 200,
        description:
          'A stream: one event `history`, its `data` a list of `SalePoint`, then events `sale`, their `data` a `SaleSnapshot`',
        contentType: 'text/event-stream',
      },
    ],
    refusals: ['overloaded'],
  },
  {
    operationId: 'liveBoard',
    method: 'get',
    path: '/',
    listeners: ['operations'],
    access: 'open',
    summary: 'The live board, a page for a browser; it asks for the token where one is needed',
    handle: liveBoardPage,
    answers: [{ status: 200, description: 'The page', contentType: 'text/html' }],
    refusals: [],
  },
  {
    operationId: 'liveBoardFile',
    method: 'get',
    path: '/live-board/{file}',
    listeners: ['operations'],
    access: 'open',
    summary: 'Scripts and styles of the live board',
    handle: liveBoardFile,
    answers: [
      { status: 200, description: 'The file', contentType: ['text/javascript', 'text/css', 'image/svg+xml'] },
    ],
    refusals: ['unknown_route'],
  },
];
