/** Option values. What cannot be read is said with an example of what can. */
import { InvalidArgumentError, Option } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** A timer of Node holds no more. */
export const DURATION_MS_MAX = 2 ** 31 - 1;

/** `45s`, `2m`, `1h`, `1m30s` in milliseconds. A bare number is refused: nobody knows its unit. */
export function duration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/gu)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    const hint = /^\d+$/u.test(text)
      ? ` Write "${text}s" for seconds or "${text}m" for minutes.`
      : ' Write e.g. "45s" or "2m".';
    throw new InvalidArgumentError(`A time needs a unit.${hint}`);
  }
  const ms = parts.reduce(
    (sum, [, value, unit]) => sum + Number(value) * (UNITS_MS[unit ?? ''] ?? 0),
    0,
  );
  if (ms > DURATION_MS_MAX) throw new InvalidArgumentError('At most 24 days.');
  return ms;
}

/** The same without the bound of a timer: `365d`. */
export function span(text: string): number {
  const days = /^(\d{1,5})d$/u.exec(text);
  return days ? Number(days[1]) * (UNITS_MS['d'] ?? 0) : duration(text);
}

/** An option that takes a time; help shows its default as it would be typed. */
export function timeOption(flags: string, description: string, byDefault: string): Option {
  return new Option(flags, description).argParser(duration).default(duration(byDefault), byDefault);
}

/** A UTC day (`2024-01-31`, its first moment) or moment (`2024-01-31T09:30:00Z`) in milliseconds. */
export function moment(text: string): number {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/u;
  const ms = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new InvalidArgumentError(
      'Write a UTC day like "2024-01-31" or a moment like "2024-01-31T09:30:00Z".',
    );
  return ms;
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

/** Digits that an amount or a price has at most: more than any exchange lists. */
const DIGITS_MAX = 40;

/** An amount or a price above 0, exactly as it was typed. */
export function exactPositive(text: string): string {
  const isNumber = text.length <= DIGITS_MAX && /^\d+(\.\d+)?$/u.test(text);
  if (isNumber && Number(text) > 0) return text;
  throw new InvalidArgumentError('Write a number above 0, like "0.25".');
}

/** A number above 0, at most `max`. */
export function positive(max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/u.test(text) ? Number(text) : Number.NaN;
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`Write a number above 0, at most ${max}.`);
  };
}
