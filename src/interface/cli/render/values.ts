/** Money, amounts, times and sizes for people. Documents for programs carry the exact text instead. */
import {
  dec,
  divide,
  toFixedText,
  toSignificant,
  toText,
  type Decimal,
} from '../../../core/domain/decimal.ts';
import { formatUtc, SECOND_MS, type Millis } from '../../../core/domain/time.ts';

const MONEY_DECIMALS = 2;
/** Below this, cents say nothing. */
const SMALL = 1;
const SMALL_DIGITS = 4;
const AVERAGE_DIGITS = 10;
const RATIO_DECIMALS = 30;
const MIB = 1024 * 1024;

/** Money in quote: two decimals, or four digits when it is less than one unit. `-` when there is none. */
export function money(text: string | null | undefined): string {
  if (text === null || text === undefined || text === '') return '-';
  const value = dec(text);
  if (value.isZero()) return '0.00';
  if (value.abs().gte(SMALL)) return toFixedText(value, MONEY_DECIMALS);
  const small = toSignificant(value, SMALL_DIGITS).trimmed();
  return toFixedText(small, Math.max(MONEY_DECIMALS, small.scale));
}

/** What one unit of `amount` was worth when all of it was worth `value`, to ten digits. `amount` is not 0. */
export function averageText(value: Decimal, amount: Decimal): string {
  const ratio = divide(value, amount, RATIO_DECIMALS, 'half-even');
  return toText(toSignificant(ratio, AVERAGE_DIGITS));
}

/** As `money`, with its sign. */
export function signedMoney(text: string | null | undefined): string {
  const shown = money(text);
  return shown === '-' || shown.startsWith('-') || dec(shown).isZero() ? shown : `+${shown}`;
}

/** Decimals of a column of money, by asset: what people count it in. */
const DECIMALS: Readonly<Record<string, number>> = { BTC: 8, ETH: 6, BNB: 6 };

/** Money in a column, where every value of an asset has the same number of decimals. `-` when there is none. */
export function columnMoney(text: string | null, asset: string): string {
  return text === null ? '-' : toFixedText(dec(text), DECIMALS[asset] ?? MONEY_DECIMALS);
}

/** As `columnMoney`, with its sign. */
export function signedColumnMoney(text: string | null, asset: string): string {
  const shown = columnMoney(text, asset);
  if (shown === '-') return shown;
  const value = dec(shown);
  // Not -0.00.
  if (value.isZero()) return columnMoney('0', asset);
  return value.isNegative() ? shown : `+${shown}`;
}

/** Amounts of a column, those of one asset with as many decimals as the longest of them. */
export function columnAmounts(
  amounts: readonly { readonly asset: string; readonly text: string }[],
): string[] {
  const longest = new Map<string, number>();
  for (const { asset, text } of amounts)
    longest.set(asset, Math.max(longest.get(asset) ?? 0, dec(text).trimmed().scale));
  return amounts.map(({ asset, text }) =>
    dec(text).isZero() ? '-' : toFixedText(dec(text), longest.get(asset) ?? 0),
  );
}

/** Base and quote of a symbol. */
export function assetsOf(symbol: string): readonly [base: string, quote: string] {
  const [base = '', quote = ''] = symbol.split('/');
  return [base, quote];
}

/** A fraction as a percentage: 0.0512 → `5.12%`. */
export function percent(fraction: number | null): string {
  return fraction === null ? '-' : `${(fraction * 100).toFixed(2)}%`;
}

/** Market or wall time, UTC, to the second: `2024-01-31 09:30:00Z`. `-` for none. */
export function utc(ms: Millis | undefined): string {
  return ms === undefined ? '-' : utcText(formatUtc(ms));
}

/** The same from RFC 3339 text. */
export function utcText(text: string | null): string {
  return text === null ? '-' : text.replace('T', ' ').replace(/(\.\d+)?Z$/u, 'Z');
}

/** The two largest units: `45s`, `2m05s`, `3h04m`, `3d04h`. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  const two = (value: number): string => String(value).padStart(2, '0');
  if (days > 0) return `${days}d${two(hours)}h`;
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(whole % 60)}s` : `${whole}s`;
}

export function age(ms: number | null): string {
  return ms === null ? 'never' : ms < SECOND_MS ? `${Math.round(ms)} ms` : elapsed(ms / SECOND_MS);
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

/** Of a file: kilobytes, or megabytes with one decimal. */
export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e5) / 10} MB`;
}
