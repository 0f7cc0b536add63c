/** Numbers, times and instruments as OKX writes them: plain decimals without trailing zeros, everything as text. */
import { ASSET_DECIMALS, formatScaled } from '../../engine/amounts.ts';
import type { Instrument } from '../../engine/types.ts';
import { baseOf } from '../../engine/types.ts';
import type { Market } from '../../market/market.ts';

/** Decimals of an average price; OKX's own number is not verified. */
const AVERAGE_DECIMALS = 10;

/** An integer of 10^-decimals units as plain decimal text without trailing zeros. */
export function decimalText(value: bigint | number, decimals: number): string {
  const text = formatScaled(value, decimals);
  return decimals === 0 ? text : text.replace(/\.?0+$/, '');
}

/** Atoms of an asset. */
export function amountText(atoms: bigint): string {
  return decimalText(atoms, ASSET_DECIMALS);
}

/** A price of an instrument's grid. */
export function priceText(instrument: Instrument, ticks: number): string {
  return decimalText(ticks, instrument.priceDecimals);
}

/** A quantity of an instrument's grid, in base units. */
export function lotsText(instrument: Instrument, lots: number): string {
  return decimalText(lots, instrument.lotDecimals);
}

/** A price of the public tape. */
export function tapePriceText(market: Market, ticks: number): string {
  return decimalText(ticks, market.grid.priceDecimals);
}

/** A volume of the public tape. */
export function volumeText(market: Market, volume: number): string {
  return decimalText(volume, market.grid.volumeDecimals);
}

/** A bar's quote volume, given in ticks × volume units; a statistic, rounded to 8 decimals. */
export function quoteVolumeText(market: Market, quoteVolume: number): string {
  const { priceDecimals, volumeDecimals } = market.grid;
  const text = (quoteVolume / 10 ** (priceDecimals + volumeDecimals)).toFixed(ASSET_DECIMALS);
  return text.replace(/\.?0+$/, '');
}

/** Average price of `lots` exchanged for `quote` atoms, rounded half up; lots > 0. */
export function averageText(instrument: Instrument, quote: bigint, lots: number): string {
  const base = baseOf(instrument, lots);
  const scaled = (2n * quote * 10n ** BigInt(AVERAGE_DECIMALS) + base) / (2n * base);
  return decimalText(scaled, AVERAGE_DECIMALS);
}

/** Whole milliseconds. */
export function timeText(ms: number): string {
  return String(ms);
}

/** `BTC-USDT`. */
export function instIdOf({ base, quote }: Instrument): string {
  return `${base}-${quote}`;
}
