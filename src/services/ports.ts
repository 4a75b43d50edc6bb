import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** The only address private stores listen on: they have no password, so nothing outside this machine may reach them. */
export const LOOPBACK = '127.0.0.1';

/** Below the ports that Linux, and most others, take for outgoing connections: none of those can take it before it is used. */
const PORT_MIN = 10_240;
const PORT_MAX = 32_767;
const ATTEMPTS = 100;

/** A TCP port nobody listens on, drawn at random. Another program can still take it before it is used: retry then. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(PORT_MIN, PORT_MAX + 1);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`none of ${ATTEMPTS} ports between ${PORT_MIN} and ${PORT_MAX} was free`);
}

/** True when a server could listen on `host:port` now. */
export async function isPortFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    // exclusive: within a cluster worker a shared handle would hide that the port is taken.
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
