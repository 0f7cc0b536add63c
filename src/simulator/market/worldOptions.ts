/** What a world is made from. */
import type { AccountSpec, FeeAsset } from '../engine/account.ts';
import { atomsOf } from '../engine/amounts.ts';
import type { Filters } from '../engine/filters.ts';
import type { FeeAssetOptions, WorldAccount, WorldInput } from './inputs.ts';
import type { RegimeName } from './regimes.ts';
import type { ReplayOptions } from './replay.ts';
import type { SyntheticSymbol } from './synthetic.ts';

/** Bars of each interval that exist before the start, unless told otherwise. */
export const HISTORY_BARS_DEFAULT = 1_000;

/** What paying fees in an own asset takes off them, unless told otherwise: Binance's for BNB. */
const DISCOUNT_DEFAULT = '0.25';

/** Fee rates as decimal text: "0.001" is 0.1 %. At most 6 decimals. */
export interface FeeRates {
  readonly maker: string;
  readonly taker: string;
}

export interface WorldOptions {
  readonly seed: number;
  readonly accounts: readonly WorldAccount[];
  readonly fees?: FeeRates;
  /** Market time of the start; a replay starts when its recording says. */
  readonly startAtMs: number;
  /** Bars of each interval before the start (synthetic), rows or minutes of a file that are past (replay); default 1000. */
  readonly historyBars?: number;
  /** Symbols of the synthetic market. */
  readonly symbols?: readonly SyntheticSymbol[];
  /** Filters of every instrument besides the steps and the smallest value that it comes with; default none. */
  readonly filters?: Partial<Filters>;
  /** How the synthetic market behaves; default `mixed`. */
  readonly regime?: RegimeName;
  /** Correlation of the returns of any two synthetic symbols, from 0 to 1; default what their betas give. */
  readonly correlation?: number;
  /** Recordings to replay instead of the synthetic market. */
  readonly replay?: ReplayOptions;
  /** Whether the engine checks itself after every event and throws on a violation; default true. */
  readonly checked?: boolean;
  /**
   * Keeps every input in {@link World.inputs}, or hands each to a function such as one of `inputFile`. The world then
   * refuses inputs that are made while time moves, from a listener: they have no place in the log.
   */
  readonly recordInputs?: boolean | ((input: WorldInput) => void);
}

/** A fee rate or a discount in parts per million. @throws Error for what is not a fraction from 0 up to 1 of at most 6 decimals. */
function ppmOf(rate: string): number {
  const ppm = Number(rate) * 1_000_000;
  const rounded = Math.round(ppm);
  if (!Number.isFinite(ppm) || ppm < 0 || Math.abs(ppm - rounded) > 1e-6 || rounded >= 1_000_000) {
    throw new Error(
      `fee rate "${rate}": expected a fraction from 0 up to 1 with at most 6 decimals, such as "0.001" for 0.1 %`,
    );
  }
  return rounded;
}

/** A user's account as the engine opens it. @throws Error for amounts, rates and prices that are none. */
export function accountSpecOf(account: WorldAccount, fees: FeeRates): AccountSpec {
  const balances = new Map(
    Object.entries(account.balances).map(([asset, text]) => [asset, atomsOf(text)]),
  );
  return {
    id: account.id,
    balances,
    makerPpm: ppmOf(fees.maker),
    takerPpm: ppmOf(fees.taker),
    ...(account.feeAsset && { feeAsset: feeAssetOf(account.feeAsset) }),
    expiresOwnMakers: true,
    isHouse: false,
  };
}

/** An account's own fee asset as the engine takes it. @throws Error for prices and discounts that are none. */
export function feeAssetOf({ asset, prices, discount }: FeeAssetOptions): FeeAsset {
  const atoms = Object.entries(prices).map(([quote, text]): [string, bigint] => {
    const price = atomsOf(text);
    if (price <= 0n)
      throw new Error(`price of ${asset} in ${quote} "${text}": expected a decimal above 0`);
    return [quote, price];
  });
  const discountPpm = BigInt(ppmOf(discount ?? DISCOUNT_DEFAULT));
  return { asset, prices: new Map(atoms), discountPpm };
}
