import type { HttpClient } from '../src/cli/http-client.js';
import type { BuyersOptions } from './buyers/buyers.js';
import type { SoldSku } from './consistency/records.js';
import type { Stores } from './consistency/stores.js';
import type { PhaseResult } from './generator/phase.js';
import type { Slope } from './generator/schedule.js';
import type { Phase } from './generator/work.js';
import type { Observation } from './observer.js';
import type { Options } from './options.js';

/** One way a sale can load an engine. */
export interface Scenario {
  /** Words joined by `-`. */
  readonly name: string;
  /** One line for `--help`. */
  readonly title: string;
  /** Length of what is measured where `--duration` says nothing. */
  readonly seconds: number;
  /** What a reader of the report should know, in a sentence or two. */
  readonly explanation: string;
  /** Before anything is started: throws `UsageError` for options that it cannot work with. */
  check?(options: Options): void;
  run(stage: Stage): Promise<void>;
}

/** What the buyers of a scenario do that differs from buying one unit and thinking about it. */
export type Habits = Partial<Omit<BuyersOptions, 'skus' | 'keyPrefix'>>;

export interface Conditions {
  readonly habits?: Habits;
  /** Only the first so many SKUs are put on sale now, and wanted; the scenario does it with the rest, and says who wants them. Default all. */
  readonly onSale?: number;
  /** Default: the generator. autocannon is a closed loop only. */
  readonly driver?: 'generator' | 'autocannon';
}

export interface Expiries {
  readonly expired: number;
  /** Longest from a deadline to the end of its hold. */
  readonly latenessMs: number;
  /** From the first deadline to the last. */
  readonly spreadMs: number;
}

/** How a phase counts. `judged`: service levels hold. `shown`: it is in the report. `aside`: warming up, preparing. */
export type Standing = 'judged' | 'shown' | 'aside';

/** Everything a scenario can use; what it does there ends up in the report. */
export interface Stage {
  readonly options: Options;
  readonly seconds: number;
  readonly operations: HttpClient;
  readonly stores: Stores;
  /** Aborted by Ctrl-C: the phase under way ends, and the next one throws. Whatever a scenario waits for has to end then, too. */
  readonly signal: AbortSignal;
  /** Begins every SKU of this run. */
  readonly prefix: string;
  readonly observations: readonly Observation[];
  /** Puts SKUs on sale and lets the buyers in, once a scenario. */
  sell(skus: readonly SoldSku[], conditions?: Conditions): Promise<void>;
  /** Puts SKUs on sale that `sell` left out, with the stock they have here. `opensAt`: RFC 3339; without it they are open. */
  putOnSale(skus: readonly SoldSku[], opensAt?: string): Promise<void>;
  /** What time it is for the engine, ms since 1970: its machine's clock may be another one. */
  engineTime(): Promise<number>;
  /** Changes rules of a SKU. */
  patch(sku: string, rules: { readonly holdTtlMs: number }): Promise<void>;
  /** By the ledger, once it has everything: when the first hold of a SKU was made, ms since 1970; undefined when none was. */
  firstHoldAt(sku: string): Promise<number | undefined>;
  /** By the ledger, once it has everything: how the holds of this run ended that ended by themselves. */
  expiries(): Promise<Expiries>;
  /** One phase of the load. `aim`: weights of the SKUs from now on. */
  run(phase: Phase, standing: Standing, aim?: readonly number[]): Promise<PhaseResult>;
  /** An open loop with the arrivals that the user chose. */
  open(name: string, slopes: readonly Slope[]): Phase;
  /** Answers a second with every connection busy, found by trying for some seconds; also warms the engine up. */
  saturation(seconds?: number): Promise<number>;
  /** Requests a second to measure at: what the user said, or half of saturation, which is found out then; `ofUsual` is a share of that half. */
  rate(ofUsual?: number): Promise<number>;
  /** Waits until the ledger has what was sold, half a minute at most: writing it costs time that the load to come does not cause. */
  settle(): Promise<void>;
  /** A number for the report, with its unit. */
  figure(name: string, value: number, unit: string): void;
  /** A promise that was not kept, or a bound that was missed. */
  broken(sentence: string): void;
  /** What was meant to be measured was not, which says nothing of the engine: the run is void. */
  unmeasured(sentence: string): void;
}
