import {
  App,
  LIBUS_LISTEN_EXCLUSIVE_PORT,
  type TemplatedApp,
  type us_listen_socket,
  us_listen_socket_close,
  us_socket_local_port,
} from 'uWebSockets.js';
import { dispatch, isAcceptable, type RouteHandler } from './dispatch.js';
import type { Guard } from './guard.js';
import { readHead } from './head.js';
import type { GatewayContext, ListenerName, Method, Operation } from './operation.js';
import { Responder, type ResponderShared } from './responder.js';
import { OPERATIONS_TABLE, UNMATCHED_ROUTE } from './routes.js';

// What the binding has and its published types lack.
declare module 'uWebSockets.js' {
  export const LIBUS_LISTEN_EXCLUSIVE_PORT: number;
  interface TemplatedApp {
    listen(
      host: string,
      port: number,
      options: number,
      callback: (socket: us_listen_socket | false) => void,
    ): TemplatedApp;
  }
}

export interface ListenerOptions {
  readonly name: ListenerName;
  readonly host: string;
  readonly port: number;
  /** The setting that names the port, for the error of a taken one. */
  readonly portSetting: string;
}

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** An open listening socket with its app. */
export class Listener {
  readonly url: string;
  readonly #app: TemplatedApp;
  #socket: ListenSocket | undefined;

  constructor(app: TemplatedApp, socket: ListenSocket, url: string) {
    this.#app = app;
    this.#socket = socket;
    this.url = url;
  }

  /** No connection is accepted from here on; open ones go on. */
  stopAccepting(): void {
    if (this.#socket === undefined) return;
    us_listen_socket_close(this.#socket);
    this.#socket = undefined;
  }

  /** Ends everything at once. */
  close(): void {
    this.stopAccepting();
    this.#app.close();
  }
}

type ListenSocket = us_listen_socket;

/**
 * Binds a port. Exclusively: by default uWebSockets sets SO_REUSEPORT, and a second engine on the port would silently take
 * half of the first one's connections.
 */
export function bind(
  options: ListenerOptions,
): Promise<{ app: TemplatedApp; socket: ListenSocket; url: string }> {
  const { host, port, portSetting } = options;
  const app = App();
  return new Promise((resolve, reject) => {
    app.listen(host, port, LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      if (socket === false) {
        const message = `cannot listen on ${host}:${port}: the port is taken or the address is not this machine's; choose another ${portSetting}`;
        reject(new PortTakenError(message));
      } else resolve({ app, socket, url: `http://${shownHost(host)}:${us_socket_local_port(socket)}` });
    });
  });
}

/** A host that can stand in a URL; a wildcard address is reached on loopback at least. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

export function addRoutes(
  app: TemplatedApp,
  listener: ListenerName,
  context: GatewayContext,
  shared: ResponderShared,
  guard: Guard,
): void {
  const operations: Operation[] = [];
  for (const [route, operation] of OPERATIONS_TABLE.entries()) {
    if (!operation.listeners.includes(listener)) continue;
    operations.push(operation);
    const pattern = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const handler = (isHead: boolean): RouteHandler =>
      dispatch({ context, shared, guard, listener, operation, route, isHead });
    register(app, operation.method, pattern, handler(false));
    if (operation.method === 'get') app.head(pattern, handler(true));
  }
  app.any('/*', unmatched(operations, shared));
}

function register(app: TemplatedApp, method: Method, pattern: string, handler: RouteHandler): void {
  if (method === 'delete') app.del(pattern, handler);
  else app[method](pattern, handler);
}

/** Paths there are none of, and methods a path does not take. */
function unmatched(operations: readonly Operation[], shared: ResponderShared): RouteHandler {
  const allowedByPath = new Map<string, string[]>();
  for (const { method, path } of operations) {
    const allowed = allowedByPath.get(path) ?? ['OPTIONS'];
    allowed.push(...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    allowedByPath.set(path, allowed);
  }
  const paths = Array.from(allowedByPath, ([path, allowed]) => ({
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`),
    allow: allowed.sort().join(', '),
  }));
  return (response, request) => {
    const responder = new Responder(shared, UNMATCHED_ROUTE, response);
    const method = request.getMethod();
    responder.isHead = method === 'head';
    if (!isAcceptable(readHead(request), undefined, responder)) return;
    const url = request.getUrl();
    const found = paths.find(({ pattern }) => pattern.test(url));
    if (found === undefined) responder.problem('unknown_route');
    else if (method === 'options') responder.send('ok', 204, '', '', [['Allow', found.allow]]);
    else responder.problem('method_not_allowed', { allow: found.allow });
  };
}
