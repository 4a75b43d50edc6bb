import { App, LIBUS_LISTEN_EXCLUSIVE_PORT, us_listen_socket_close, us_socket_local_port, } from 'uWebSockets.js';
import { dispatch, isAcceptable } from './dispatch.js';
import { readHead } from './head.js';
import { Responder } from './responder.js';
import { OPERATIONS_TABLE, UNMATCHED_ROUTE } from './routes.js';
export class PortTakenError extends Error {
    name = 'PortTakenError';
}
/** An open listening socket with its app. */
export class Listener {
    url;
    #app;
    #socket;
    constructor(app, socket, url) {
        this.#app = app;
        this.#socket = socket;
        this.url = url;
    }
    /** No connection is accepted from here on; open ones go on. */
    stopAccepting() {
        if (this.#socket === undefined)
            return;
        us_listen_socket_close(this.#socket);
        this.#socket = undefined;
    }
    /** Ends everything at once. */
    close() {
        this.stopAccepting();
        this.#app.close();
    }
}
/**
 * Binds a port. Exclusively: by default uWebSockets sets SO_REUSEPORT, and a second engine on the port would silently take
 * half of the first one's connections.
 */
export function bind(options) {
    const { host, port, portSetting } = options;
    const app = App();
    return new Promise((resolve, reject) => {
        app.listen(host, port, LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
            if (socket === false) {
                const message = `cannot listen on ${host}:${port}: the port is taken or the address is not this machine's; choose another ${portSetting}`;
                reject(new PortTakenError(message));
            }
            else
                resolve({ app, socket, url: `http://${shownHost(host)}:${us_socket_local_port(socket)}` });
        });
    });
}
/** A host that can stand in a URL; a wildcard address is reached on loopback at least. */
function shownHost(host) {
    if (host === '0.0.0.0' || host === '::')
        return '127.0.0.1';
    return host.includes(':') ? `[${host}]` : host;
}
export function addRoutes(app, listener, context, shared, guard) {
    const operations = [];
    for (const [route, operation] of OPERATIONS_TABLE.entries()) {
        if (!operation.listeners.includes(listener))
            continue;
        operations.push(operation);
        const pattern = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
        const handler = (isHead) => dispatch({ context, shared, guard, listener, operation, route, isHead });
        register(app, operation.method, pattern, handler(false));
        if (operation.method === 'get')
            app.head(pattern, handler(true));
    }
    app.any('/*', unmatched(operations, shared));
}
function register(app, method, pattern, handler) {
    if (method === 'delete')
        app.del(pattern, handler);
    else
        app[method](pattern, handler);
}
/** Paths there are none of, and methods a path does not take. */
function unmatched(operations, shared) {
    const allowedByPath = new Map();
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
        if (!isAcceptable(readHead(request), undefined, responder))
            return;
        const url = request.getUrl();
        const found = paths.find(({ pattern }) => pattern.test(url));
        if (found === undefined)
            responder.problem('unknown_route');
        else if (method === 'options')
            responder.send('ok', 204, '', '', [['Allow', found.allow]]);
        else
            responder.problem('method_not_allowed', { allow: found.allow });
    };
}
//# sourceMappingURL=listener.js.map