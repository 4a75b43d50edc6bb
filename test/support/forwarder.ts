import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** One address that leads to whichever server it is pointed at, as a virtual IP does. */
export interface Forwarder {
  readonly port: number;
  /** Ends all connections; new ones go to `port`. */
  pointAt(port: number): void;
  close(): void;
}

export async function startForwarder(targetPort: number): Promise<Forwarder> {
  let target = targetPort;
  const sockets = new Set<Socket>();
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
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
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return {
    port: (server.address() as AddressInfo).port,
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
