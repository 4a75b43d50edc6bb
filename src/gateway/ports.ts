import type { Config } from '../config.js';
import type { HoldIdMinter } from '../domain/hold-id.js';
import type { Actors, Board, Clock, LedgerQueries, Readiness } from '../domain/ports.js';
import type { SaleFeed } from '../domain/sale.js';
import type { GatewayMetrics } from '../domain/stats.js';

/** The part of the structured logger the gateway uses; the real one is in `observe/`. */
export interface GatewayLogger {
  error(fields: GatewayLogFields, message: string): void;
  warn(fields: GatewayLogFields, message: string): void;
  info(fields: GatewayLogFields, message: string): void;
}

export interface GatewayLogFields {
  readonly requestId?: string;
  readonly route?: string;
  readonly count?: number;
  readonly url?: string;
  readonly error?: unknown;
}

/** Everything the gateway asks of the rest of the engine. */
export interface GatewayDependencies {
  readonly config: Config;
  readonly actors: Actors;
  readonly board: Board;
  readonly ledger: LedgerQueries;
  readonly minter: HoldIdMinter;
  readonly readiness: () => Readiness;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  readonly metrics: GatewayMetrics;
  /** What the live board shows. */
  readonly sale: SaleFeed;
  readonly logger: GatewayLogger;
  readonly clock: Clock;
  /** Most open event streams; default `LIVE_STREAMS_MAX`. */
  readonly liveStreamsMax?: number;
  /** Most open streams of the live board; default `LIVE_BOARD_VIEWERS_MAX`. */
  readonly liveBoardViewersMax?: number;
}
