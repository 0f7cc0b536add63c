/** What a simulated exchange is started with. */
import type { RegimeName } from './market/regimes.ts';
import type { ReplayOptions } from './market/replay.ts';
import type { SyntheticSymbol } from './market/synthetic.ts';
import type { FeeRates } from './market/worldOptions.ts';

/** A user of the exchange: the key signs, the balances are what a new world starts with (decimal text by asset). */
export interface SimulatorAccountOptions {
  readonly apiKey: string;
  readonly secret: string;
  /** Third part of an OKX key; without it any passphrase is taken. */
  readonly passphrase?: string;
  readonly balances: Readonly<Record<string, string>>;
}

export interface SimulatorOptions {
  /** Whose interface the exchange speaks; default Binance. */
  readonly venue?: 'binance' | 'okx';
  /** 0 takes any free port. Always on 127.0.0.1. */
  readonly port: number;
  /** Master seed of the market, an unsigned 32-bit integer. A stored world keeps its own. */
  readonly seed?: number;
  /** Market seconds per wall second, above 0 and at most 3600; default 1. */
  readonly speed?: number;
  /** Symbols of the synthetic market; default BTC, ETH and SOL against USDT. */
  readonly symbols?: readonly SyntheticSymbol[];
  readonly accounts: readonly SimulatorAccountOptions[];
  /** Default 0.1 % for maker and taker. */
  readonly fees?: FeeRates;
  /** How the synthetic market behaves; default `mixed`. */
  readonly regime?: RegimeName;
  /** Recorded files to replay instead of the synthetic market. */
  readonly replay?: ReplayOptions;
  /** Bars of each interval before the start (synthetic), rows or minutes of the file that are past (replay); default 1000. */
  readonly historyBars?: number;
  /** Folder in which the world lives on; without it the world is forgotten on close. */
  readonly statePath?: string;
  /** Market time a new synthetic world starts at; default the wall clock, down to the minute. */
  readonly startAtMs?: number;
  /** Secret of the control endpoint's `X-Sim-Token` header; default random. */
  readonly controlToken?: string;
  /** Benchmarks only: made-up prints per wall second on one symbol's trade stream (`BTC/USDT`), besides the market's own. */
  readonly flood?: { readonly symbol: string; readonly perSecond: number };
  /** Told what an operator might want to know. */
  readonly log?: (message: string) => void;
}
