/** Reading values out of loosely typed answers. Every reader copies: nothing of ccxt's live objects is kept. */
import { dec } from '../../core/domain/decimal.ts';
import type { Decimal } from '../../core/domain/decimal.ts';
import type { Bar } from '../../core/domain/market.ts';

/** Property of an object; undefined for everything that is not an object. */
export function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** Non-empty text; a number gives its decimal text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** Exact decimal of text or of a number; undefined when it is neither, or not finite. */
export function decimalOf(value: unknown): Decimal | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  try {
    return dec(text);
  } catch {
    return undefined;
  }
}

/** A finite float of text or of a number. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Milliseconds since the epoch, whole and > 0. */
export function millisOf(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number > 0 ? Math.trunc(number) : undefined;
}

/** A row of numbers, of which the first `count` must be there; undefined otherwise. */
function numbersOf(value: unknown, count: number): readonly number[] | undefined {
  const numbers: number[] = [];
  for (const element of (listOf(value) ?? []).slice(0, count)) {
    const number = numberOf(element);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers.length === count ? numbers : undefined;
}

/** The elements of an array; undefined for everything else. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** ccxt's bar: time, open, high, low, close, volume. */
export function barOf(row: unknown): Bar | undefined {
  const numbers = numbersOf(row, 6);
  if (numbers === undefined) return undefined;
  const [openTime = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers;
  return { openTime, open, high, low, close, volume };
}

/** A response header whatever its spelling: ccxt capitalises their names. */
export function headerOf(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name) return textOf(value);
  }
  return undefined;
}
