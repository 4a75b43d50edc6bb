import { createConnection, createServer } from 'node:net';
const LOOPBACK = '127.0.0.1';
export async function startForwarder(targetPort) {
    let target = targetPort;
    const sockets = new Set();
    const end = () => {
        for (const socket of sockets)
            socket.destroy();
        sockets.clear();
    };
    const server = createServer((client) => {
        const upstream = createConnection(target, LOOPBACK);
        for (const socket of [client, upstream]) {
            sockets.add(socket);
            socket.setNoDelay(true).on('error', () => undefined);
            socket.once('close', () => sockets.delete(socket));
        }
        client.pipe(upstream).pipe(client);
        client.once('close', () => upstream.destroy());
        upstream.once('close', () => client.destroy());
    });
    await new Promise((resolve) => server.listen(0, LOOPBACK, resolve));
    return {
        port: server.address().port,
        pointAt: (port) => {
            target = port;
            end();
        },
        close: () => {
            end();
            server.close();
        },
    };
}
//# sourceMappingURL=forwarder.js.map