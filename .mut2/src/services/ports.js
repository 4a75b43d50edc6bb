import { createServer } from 'node:net';
/** The only address private stores listen on: they have no password, so nothing outside this machine may reach them. */
export const LOOPBACK = '127.0.0.1';
/** Asks the kernel for a TCP port nobody listens on. Another program can still take it before it is used: retry then. */
export async function freePort() {
    const server = createServer();
    return await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, LOOPBACK, () => {
            const address = server.address();
            server.close(() => {
                if (address === null || typeof address === 'string')
                    reject(new Error('the kernel gave no port'));
                else
                    resolve(address.port);
            });
        });
    });
}
/** True when a server could listen on `host:port` now. */
export async function isPortFree(port, host = LOOPBACK) {
    const server = createServer();
    return await new Promise((resolve) => {
        server.once('error', () => resolve(false));
        // exclusive: within a cluster worker a shared handle would hide that the port is taken.
        server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
}
//# sourceMappingURL=ports.js.map