/** What `plimsoll sim` can be asked for, and what holds when it is not. */
import { SIMULATOR_DEFAULTS } from '../simulator/options.ts';

export interface SimulatorRequest {
  readonly venue?: string;
  readonly seed?: number;
  /** A regime, or recorded files. */
  readonly market?: readonly string[];
  readonly strict?: boolean;
  readonly correlation?: number;
  /** Play money of a new world, `USDT=10000` each. */
  readonly balance?: readonly string[];
  /** Asset that fees are paid in, and its price, as `BNB/USDT=600`. */
  readonly feeAsset?: string;
  readonly speed?: number | 'max' | 'paused';
  readonly latency?: string;
  /** File of fault rules and conditions. */
  readonly faults?: string;
  readonly port?: number;
  readonly controlPort?: number;
  readonly state?: string;
}

/** Balances of a new world. */
export const PLAY_MONEY: Readonly<Record<string, string>> = { USDT: '10000' };

/** What holds when a request says nothing, in the words of the request. */
export const SIMULATION_DEFAULTS = {
  venue: SIMULATOR_DEFAULTS.venue,
  seed: String(SIMULATOR_DEFAULTS.seed),
  market: SIMULATOR_DEFAULTS.regime,
  correlation: 'as the symbols are',
  balance: Object.entries(PLAY_MONEY)
    .map((entry) => entry.join('='))
    .join(' '),
  feeAsset: 'what is received',
  speed: String(SIMULATOR_DEFAULTS.speed),
  latency: SIMULATOR_DEFAULTS.latency,
  faults: 'none',
  port: '0',
  controlPort: '0',
  state: 'forget it at the end',
} as const satisfies Record<keyof Omit<SimulatorRequest, 'strict'>, string>;
