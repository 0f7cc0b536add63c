/** What a simulated exchange is started with. */
import type { FaultDocument } from './controlSchema.ts';
import type { Speed } from './drive.ts';
import type { ConditionsDocument } from './faults/conditionsSchema.ts';
import type { RegimeName } from './market/regimes.ts';
import type { ReplayOptions } from './market/replay.ts';
import type { SyntheticSymbol } from './market/synthetic.ts';
import type { FeeAssetOptions } from './market/inputs.ts';
import type { FeeRates } from './market/worldOptions.ts';
import type { VenueName } from './venues/registry.ts';

/** A user of the exchange: the key signs, the balances are what a new world starts with (decimal text by asset). */
export interface SimulatorAccountOptions {
  readonly apiKey: string;
  readonly secret: string;
  /** Third part of a key, for venues that have one; absent: any is taken. */
  readonly passphrase?: string;
  readonly balances: Readonly<Record<string, string>>;
  /** Binance: an asset that fees are paid in while enough of it is free, as BNB. Absent: fees come from what is received. */
  readonly feeAsset?: FeeAssetOptions;
}

/** What holds when options say nothing; `plimsoll sim --help` shows it. */
export const SIMULATOR_DEFAULTS = {
  venue: 'binance',
  seed: 1,
  regime: 'mixed',
  speed: 1,
  latency: 'none',
} as const satisfies Partial<SimulatorOptions>;

export interface SimulatorOptions {
  /** 0 takes any free port. Always on 127.0.0.1. */
  readonly port: number;
  /** Whose words the exchange speaks. */
  readonly venue?: VenueName;
  /** Master seed of the market, of latencies and of faults, an unsigned 32-bit integer. A stored world keeps its own. */
  readonly seed?: number;
  /** Market seconds per wall second, above 0 and at most 3600, or `max`: as fast as the clients take it. */
  readonly speed?: Speed;
  /** The market stands still until it is told to go on or to step. */
  readonly paused?: boolean;
  /** Symbols of the synthetic market; default BTC, ETH and SOL against USDT. */
  readonly symbols?: readonly SyntheticSymbol[];
  readonly accounts: readonly SimulatorAccountOptions[];
  /** Default 0.1 % for maker and taker. */
  readonly fees?: FeeRates;
  /** How the synthetic market behaves. */
  readonly regime?: RegimeName;
  /** Correlation of the returns of any two synthetic symbols, from 0 to 1; default what their betas give. */
  readonly correlation?: number;
  /** Recorded files to replay instead of the synthetic market. */
  readonly replay?: ReplayOptions;
  /** Bars of each interval before the start (synthetic), rows or minutes of the file that are past (replay); default 1000. */
  readonly historyBars?: number;
  /** File that gets every input with its market time as JSON lines, started anew: `replayInputs` makes the world again from it. */
  readonly inputFile?: string;
  /** Folder in which the world lives on; without it the world is forgotten on close. */
  readonly statePath?: string;
  /** Market time a new synthetic world starts at; default the wall clock, down to the minute. */
  readonly startAtMs?: number;
  /** Delays on the wire: a profile's name, or a profile. */
  readonly latency?: NonNullable<ConditionsDocument['latency']>;
  /** Fault rules and conditions in force from the start. */
  readonly faults?: FaultDocument;
  /** Port of the control API; 0, the default, takes any free one. Always on 127.0.0.1. */
  readonly controlPort?: number;
  /** Secret of the control API's `X-Sim-Token` header; default random. */
  readonly controlToken?: string;
  /** Benchmarks only: made-up prints per wall second on one symbol's trade stream (`BTC/USDT`), besides the market's own. */
  readonly flood?: { readonly symbol: string; readonly perSecond: number };
  /** Told what an operator might want to know. */
  readonly log?: (message: string) => void;
}
