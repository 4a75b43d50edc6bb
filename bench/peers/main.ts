import { PEERS, type PeerName, type PeerStock } from './contract.js';
import { OneCallStock } from './one-call-stock.js';
import { RedisStock } from './redis-stock.js';
import { createPeerServer } from './server.js';
import { TransactionStock } from './transaction-stock.js';

/**
 * A peer in a process of its own. Arguments: its name, the address of its store, how many connections to it. Says
 * `{kind: 'ready', port}` to its parent; SIGTERM ends it.
 */
const SWEEP_EVERY_MS = 100;
const SWEEP_HOLDS_MAX = 1000;

const [name = '', url = '', connections = '1'] = process.argv.slice(2);

function connect(peer: PeerName): Promise<PeerStock> {
  switch (peer) {
    case 'Redis and Lua':
      return RedisStock.connect(url, Number(connections));
    case 'Postgres counter':
      return TransactionStock.connect(url, 'counter', Number(connections));
    case 'Postgres units':
      return TransactionStock.connect(url, 'units', Number(connections));
    case 'Postgres counter, one call':
      return OneCallStock.connect(url, 'counter', Number(connections));
    case 'Postgres units, one call':
      return OneCallStock.connect(url, 'units', Number(connections));
  }
}

/** Sweeps what is past its deadline; a full sweep is followed by the next at once. */
async function sweep(stock: PeerStock): Promise<void> {
  let ended = 0;
  try {
    ended = await stock.expireDue(SWEEP_HOLDS_MAX);
  } catch (error) {
    if (!isStopping) process.stderr.write(`the sweep failed: ${String(error)}\n`);
  }
  if (!isStopping) setTimeout(() => void sweep(stock), ended < SWEEP_HOLDS_MAX ? SWEEP_EVERY_MS : 0);
}

let isStopping = false;
const peer = PEERS.find((known) => known === name);
if (peer === undefined) throw new Error(`a peer is one of ${PEERS.join(', ')}, not ${name}`);
const stock = await connect(peer);
const server = createPeerServer(stock);
const address = await server.listen({ host: '127.0.0.1', port: 0 });
void sweep(stock);

async function stop(): Promise<void> {
  isStopping = true;
  await server.close();
  await stock.close();
  process.exit(0);
}
process.once('SIGTERM', () => void stop());
// Whoever started this is gone: do not outlive it.
process.once('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready', port: Number(new URL(address).port) });
