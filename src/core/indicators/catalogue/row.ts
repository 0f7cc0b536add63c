/** What a row of the catalogue says of an indicator. */
import type { Indicator } from '../contract.ts';
import { LENGTH_MAX } from '../length.ts';

/** What an indicator reads of a bar; `reference` is the other market's close. */
export type IndicatorInput =
  'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'reference';

export type IndicatorFamily =
  | 'average'
  | 'oscillator'
  | 'trend'
  | 'channel'
  | 'volatility'
  | 'statistics'
  | 'volume'
  | 'session'
  | 'shape';

/** A parameter: a number in [min, max]. */
export interface IndicatorParam {
  readonly meaning: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** True: whole numbers only. */
  readonly isWhole: boolean;
}

export type IndicatorParams = Readonly<Record<string, IndicatorParam>>;

/** A number for each parameter. */
export type ParamValues<Params extends IndicatorParams> = Readonly<Record<keyof Params, number>>;

/** One indicator, as data. */
export interface IndicatorRow<
  Params extends IndicatorParams = IndicatorParams,
  Kernel extends Indicator = Indicator,
> {
  readonly family: IndicatorFamily;
  /** What `value` is, in a few words. */
  readonly summary: string;
  /** By name, in the order they are told in. */
  readonly params: Params;
  readonly inputs: readonly IndicatorInput[];
  /** Meaning of each output by its name, which is a property of the instance; `value` is the first. */
  readonly outputs: Readonly<{ value: string } & { [Name in keyof Kernel]?: string }>;
  /** C, H, L, O and V are the fields of the bar, C₋ₙ the close of n bars before, n the first parameter. */
  readonly formula: string;
  /** How what is recursive begins; absent: it is a function of a window and begins when that is full. */
  readonly seeding?: string;
  /** Where the formula is from, and whose convention it follows where there are several. */
  readonly source: string;
  /** Makes one. @throws RangeError naming a parameter that does not fit. */
  create(params: ParamValues<Params>): Kernel;
}

/** A row with the types of its parameters and outputs worked out. */
export function row<const Params extends IndicatorParams, Kernel extends Indicator>(
  given: IndicatorRow<Params, Kernel>,
): IndicatorRow<Params, Kernel> {
  return given;
}

/** A look-back in bars. */
export function bars(usual: number, meaning = 'look-back', min = 1): IndicatorParam {
  return { meaning: `${meaning}, in bars`, default: usual, min, max: LENGTH_MAX, isWhole: true };
}

/** A length of time in minutes. */
export function minutes(usual: number, meaning: string): IndicatorParam {
  return { meaning: `${meaning}, in minutes`, default: usual, min: 1, max: 20_000, isWhole: true };
}

/** A number without unit. */
export function factor(
  usual: number,
  range: { readonly min: number; readonly max: number },
  meaning: string,
): IndicatorParam {
  return { meaning, default: usual, ...range, isWhole: false };
}

/** Seeds that several have. */
export const SMA_SEED = 'the plain mean of the first n samples (TA-Lib)';
export const WILDER_SEED = 'the plain mean of the first n samples, then weight 1/n (TA-Lib)';
export const CHAIN_SEED = 'each average with the plain mean of its first n samples (TA-Lib)';
