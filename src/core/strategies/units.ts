/**
 * How quantities are written in a file: always with their unit. A bare number is refused with both of its readings named,
 * because vendors disagree on them (0.03 and 3 are both written for three percent).
 * Every unit is a codec: text in the file, exact value in the program, and back again.
 */
import { z } from 'zod';
import { dec, toText, type Decimal } from '../domain/decimal.ts';
import { asset, marketSymbol, type Asset, type MarketSymbol } from '../domain/ids.ts';
import {
  DAY_MS,
  HOUR_MS,
  isTimeframe,
  MINUTE_MS,
  SECOND_MS,
  TIMEFRAMES,
  type Timeframe,
} from '../domain/time.ts';

/** An amount of one currency, written `1000 USDT`. */
export interface Money {
  readonly amount: Decimal;
  readonly asset: Asset;
}

/** One end of a price range: a price in quote, or a distance from a price as a fraction of it. */
export type Bound =
  | { readonly kind: 'price'; readonly amount: Decimal; readonly asset: Asset }
  | { readonly kind: 'percent'; readonly fraction: number };

/** Inclusive limits of a quantity, in the written unit of the error message. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

interface UnitText {
  /** What a value must look like; shown to editors too. */
  readonly pattern: RegExp;
  /** How to write one, for messages: `a percentage such as "3%"`. */
  readonly expected: string;
  /** What a bare number could mean and how to write each reading. */
  readonly bare: (value: number) => string;
  /** Short name of the unit for the reference. */
  readonly title: string;
  readonly examples: readonly string[];
}

const MISSING = 'is missing';

/** A value as it stood in the file. */
function shown(input: unknown): string {
  return typeof input === 'number' ? String(input) : JSON.stringify(input);
}

/** The written form of a unit. */
function unitText({ pattern, expected, bare, title, examples }: UnitText): z.ZodString {
  return z
    .string({
      error: ({ input }) => {
        if (input === undefined) return `${MISSING}; write ${expected}`;
        return typeof input === 'number' ? bare(input) : `write ${expected}`;
      },
    })
    .regex(pattern, { error: ({ input }) => `${shown(input)} is not valid; write ${expected}` })
    .meta({ title, examples: [...examples] });
}

const PERCENT = /^[+-]?\d{1,6}(\.\d{1,9})?%$/;

/** Percentages in messages carry no float noise. */
function percentText(fraction: number): string {
  return `${toText(dec(fraction).times(100))}%`;
}

function fractionOf(text: string): number {
  return dec(text.replace('%', '').replace('+', '')).times('0.01').toNumber();
}

function barePercent(value: number): string {
  const fraction = percentText(value);
  return `write "${value}%" for ${value} percent or "${fraction}" for the fraction ${value}; a bare ${value} could mean either`;
}

/** A percentage, written `3%`; a fraction in the program: 0.03. Limits are fractions, inclusive. */
export function percent({ min, max }: Range): z.ZodCodec<z.ZodString, z.ZodNumber> {
  const text = unitText({
    pattern: PERCENT,
    expected: 'a percentage such as "3%"',
    bare: barePercent,
    title: 'percent',
    examples: ['3%', '0.25%'],
  });
  return z
    .codec(text, z.number(), { decode: fractionOf, encode: percentText })
    .refine((value) => value >= min && value <= max, {
      error: ({ input }) =>
        `${percentText(Number(input))} is outside ${percentText(min)} … ${percentText(max)}`,
    });
}

const DECIMAL = /^\d{1,18}(\.\d{1,18})?$/;
const MONEY = /^(\d{1,18}(?:\.\d{1,18})?) ([A-Z0-9]{1,20})$/;

const decimalValue = z.custom<Decimal>((value) => typeof value === 'object' && value !== null);

/** An exact amount, written as text: `"10000"`. Zero and above. */
export function amountText(): z.ZodCodec<z.ZodString, z.ZodType<Decimal, Decimal>> {
  const text = unitText({
    pattern: DECIMAL,
    expected: 'an amount in quotes such as "10000"',
    bare: (value) => `write "${value}" in quotes: a bare number is rounded to about 16 digits`,
    title: 'amount',
    examples: ['10000', '0.5'],
  });
  return z.codec(text, decimalValue, { decode: (written) => dec(written), encode: toText });
}

const moneyValue = z.custom<Money>((value) => typeof value === 'object' && value !== null);

function moneyOf(text: string): Money {
  const [amount = '', currency = ''] = text.split(' ');
  return { amount: dec(amount), asset: asset(currency) };
}

/** An amount of a currency, written `1000 USDT`. Above zero. */
export function money(): z.ZodCodec<z.ZodString, z.ZodType<Money, Money>> {
  const text = unitText({
    pattern: MONEY,
    expected: 'an amount with its currency such as "1000 USDT"',
    bare: (value) =>
      `write "${value} USDT" with the currency; a bare ${value} could be an amount of the quote or of the base currency`,
    title: 'money',
    examples: ['1000 USDT'],
  });
  return z
    .codec(text, moneyValue, {
      decode: moneyOf,
      encode: (value) => `${toText(value.amount)} ${value.asset}`,
    })
    .refine((value) => value.amount.gt(0), { error: 'must be above zero' });
}

/** True for a parsed money value: what carries a currency that has to fit the market. */
export function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && 'asset' in value;
}

const BOUND = /^([+-]?\d{1,6}(\.\d{1,9})?%|\d{1,18}(\.\d{1,18})? [A-Z0-9]{1,20})$/;

const boundValue = z.custom<Bound>((value) => typeof value === 'object' && value !== null);

function boundOf(text: string): Bound {
  return text.endsWith('%')
    ? { kind: 'percent', fraction: fractionOf(text) }
    : { kind: 'price', ...moneyOf(text) };
}

/** One end of a price range, written as a price `56000 USDT` or as a distance `-4%`. */
export function bound(): z.ZodCodec<z.ZodString, z.ZodType<Bound, Bound>> {
  const text = unitText({
    pattern: BOUND,
    expected: 'a distance from the first price such as "-4%", or a price such as "56000 USDT"',
    bare: (value) =>
      `write "${value} USDT" for a price or "${value}%" for a distance from the first price; a bare ${value} could mean either`,
    title: 'percent or price',
    examples: ['-4%', '56000 USDT'],
  });
  return z.codec(text, boundValue, {
    decode: boundOf,
    encode: (value) =>
      value.kind === 'percent'
        ? percentText(value.fraction)
        : `${toText(value.amount)} ${value.asset}`,
  });
}

const DURATION = /^\d{1,9}(ms|s|m|h|d)$/;
const DURATION_UNITS = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 } as const;

function durationOf(text: string): number {
  const unit = text.replace(/^\d+/, '') as keyof typeof DURATION_UNITS;
  return Number.parseInt(text, 10) * DURATION_UNITS[unit];
}

/** A duration in the largest unit that divides it. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  for (const [unit, length] of Object.entries(DURATION_UNITS)) {
    if (ms >= length && ms % length === 0) return `${ms / length}${unit}`;
  }
  return `${ms}ms`;
}

/** The reading that is within the limits comes first; of two such, seconds. */
function bareDuration(value: number, { min, max }: Range): string {
  const readings = [
    { text: `"${value}s" for seconds`, ms: value * SECOND_MS },
    { text: `"${value}m" for minutes`, ms: value * MINUTE_MS },
  ];
  const isAllowed = ({ ms }: { readonly ms: number }): boolean => ms >= min && ms <= max;
  const [first, second] = [
    ...readings.filter(isAllowed),
    ...readings.filter((reading) => !isAllowed(reading)),
  ];
  return `write ${first?.text ?? ''} or ${second?.text ?? ''}; a bare ${value} could mean either`;
}

/** A length of time, written `30s`, `5m`, `2h` or `1d`; milliseconds in the program. Limits in milliseconds, inclusive. */
export function duration({ min, max }: Range): z.ZodCodec<z.ZodString, z.ZodNumber> {
  const text = unitText({
    pattern: DURATION,
    expected: 'a duration such as "30s", "5m", "2h" or "1d"',
    bare: (value) => bareDuration(value, { min, max }),
    title: 'duration',
    examples: ['30s', '5m', '2h'],
  });
  return z
    .codec(text, z.number(), { decode: durationOf, encode: durationText })
    .refine((value) => value >= min && value <= max, {
      error: ({ input }) =>
        `${durationText(Number(input))} is outside ${durationText(min)} … ${durationText(max)}`,
    });
}

/** A bar length, written as exchanges do: `1m`, `1h`. */
export function timeframe(): z.ZodEnum<{ [Name in Timeframe]: Name }> {
  const names = Object.keys(TIMEFRAMES).filter(isTimeframe);
  const expected = `one of ${names.join(', ')}`;
  return z
    .enum(Object.fromEntries(names.map((name) => [name, name])) as { [Name in Timeframe]: Name }, {
      error: ({ input }) => {
        if (input === undefined) return `${MISSING}; write ${expected}`;
        if (typeof input !== 'number')
          return `${shown(input)} is not a bar length; write ${expected}`;
        return `write "${input}m" for minutes or "${input}h" for hours; a bare ${input} could mean either`;
      },
    })
    .meta({ title: 'timeframe' });
}

const SYMBOL = /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/;

const symbolValue = z.custom<MarketSymbol>((value) => typeof value === 'string');

/** A spot market, written `BTC/USDT`. */
export function symbol(): z.ZodCodec<z.ZodString, z.ZodType<MarketSymbol, MarketSymbol>> {
  const text = unitText({
    pattern: SYMBOL,
    expected: 'a spot market such as "BTC/USDT" (base, slash, quote, in capitals)',
    bare: (value) => `${value} is not a market; write one such as "BTC/USDT"`,
    title: 'market',
    examples: ['BTC/USDT'],
  });
  return z
    .codec(text, symbolValue, { decode: (written) => marketSymbol(written), encode: String })
    .refine((value) => !value.startsWith(`${quoteOf(value)}/`), {
      error: 'base and quote are the same',
    });
}

/** Quote asset of a spot symbol. */
export function quoteOf(market: MarketSymbol): Asset {
  return asset(market.slice(market.indexOf('/') + 1));
}

/** A whole number without unit (a count of bars, lines, orders). Limits inclusive. */
export function count({ min, max }: Range): z.ZodNumber {
  return z
    .int({ error: ({ input }) => numberProblem(input, 'a whole number', min, max) })
    .min(min, { error: ({ input }) => numberProblem(input, 'a whole number', min, max) })
    .max(max, { error: ({ input }) => numberProblem(input, 'a whole number', min, max) })
    .meta({ title: 'count' });
}

/** A number without unit (a factor, a score, an index level). Limits inclusive. */
export function factor({ min, max }: Range): z.ZodNumber {
  return z
    .number({ error: ({ input }) => numberProblem(input, 'a number', min, max) })
    .min(min, { error: ({ input }) => numberProblem(input, 'a number', min, max) })
    .max(max, { error: ({ input }) => numberProblem(input, 'a number', min, max) })
    .meta({ title: 'number' });
}

function numberProblem(input: unknown, what: string, min: number, max: number): string {
  const range = `${what} from ${min} to ${max}`;
  if (input === undefined) return `${MISSING}; write ${range}`;
  if (typeof input === 'string') return `"${input}" is text; write ${range} without quotes or unit`;
  return `${shown(input)} is not ${range}`;
}

/** One of several words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words, {
    error: ({ input }) => {
      const expected = `one of ${words.join(', ')}`;
      return input === undefined
        ? `${MISSING}; write ${expected}`
        : `${shown(input)} is not ${expected}`;
    },
  });
}

/** A switch, written `true` or `false`. */
export function flag(): z.ZodBoolean {
  return z.boolean({
    error: ({ input }) =>
      input === undefined
        ? `${MISSING}; write true or false`
        : `write true or false without quotes`,
  });
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** A name: lower-case letters, digits and hyphens, a letter first, at most 32. */
export function name(example: string): z.ZodString {
  return unitText({
    pattern: NAME,
    expected: `a name such as "${example}" (lower-case letters, digits and hyphens, a letter first, at most 32)`,
    bare: (value) => `${value} is a number; write a name such as "${example}"`,
    title: 'name',
    examples: [example],
  });
}
