/**
 * Plain values as one line of JSON, and back, with nothing lost: exact numbers with their scale, maps and sets in their order, what
 * JSON has no word for (NaN, the infinities, −0, undefined, bigints). Whatever is no plain value is refused by name, not left out.
 *
 * A special value is a text that begins with `~`; a text that begins so itself gets another `~` before it, and so does a key.
 */
import { Amount, ZERO } from './amount.ts';

const MARK = '~';
const MAP = '~map';
const SET = '~set';
/** Texts of keys that are written again and again. Keys are names of fields; a cache that is full only costs time. */
const KEYS_MAX = 2_000;
const keyTexts = new Map<string, string>();

/** @throws Error `VALUE_NOT_PLAIN` naming what it is. */
export function writeExact(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.startsWith(MARK) ? MARK + value : value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return '"~u"';
    case 'bigint':
      return `"~b${value}"`;
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      throw notPlain(typeof value);
  }
}

/** What `writeExact` wrote. @throws Error `VALUE_INVALID` when it did not. */
export function readExact(text: string): unknown {
  return revive(JSON.parse(text));
}

/** The same value in the same words, whatever the order of its fields, the scale of its numbers, or whether absent fields were named. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, held: unknown) => {
    if (typeof held === 'bigint' || (typeof held === 'number' && !Number.isFinite(held)))
      return String(held);
    if (held instanceof Map || held instanceof Set) return [...(held as Iterable<unknown>)];
    if (typeof held !== 'object' || held === null || Array.isArray(held)) return held;
    return Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '"~0"' : String(value);
  if (Number.isNaN(value)) return '"~n"';
  return value > 0 ? '"~+"' : '"~-"';
}

function objectText(value: object): string {
  if (Array.isArray(value)) return listText(value);
  if (value instanceof Amount) return `"~d${value.units}:${value.scale}"`;
  if (value instanceof Map) return `{"${MAP}":${listText([...value])}}`;
  if (value instanceof Set) return `{"${SET}":${listText([...value])}}`;
  if (!isPlain(value)) throw notPlain(value.constructor.name || 'an object of a class');
  let text = '{';
  for (const [key, held] of Object.entries(value))
    text += `${text.length > 1 ? ',' : ''}${keyText(key)}:${writeExact(held)}`;
  return `${text}}`;
}

/** Made by a literal, in whatever realm, or by `Object.create(null)`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function listText(values: readonly unknown[]): string {
  let text = '[';
  for (const [place, value] of values.entries())
    text += place > 0 ? `,${writeExact(value)}` : writeExact(value);
  return `${text}]`;
}

function keyText(key: string): string {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = JSON.stringify(key.startsWith(MARK) ? MARK + key : key);
  if (keyTexts.size < KEYS_MAX) keyTexts.set(key, text);
  return text;
}

function notPlain(what: string): Error {
  return new Error(`VALUE_NOT_PLAIN: ${what} cannot be written as text`);
}

function revive(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? special(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(revive);
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const [only] = entries;
  if (only && entries.length === 1 && (only[0] === MAP || only[0] === SET))
    return collectionOf(only[0], only[1]);
  return Object.fromEntries(
    entries.map(([key, held]) => [key.startsWith(MARK) ? key.slice(1) : key, revive(held)]),
  );
}

function collectionOf(name: string, value: unknown): unknown {
  const list = revive(value);
  if (!Array.isArray(list)) throw invalid(name);
  return name === MAP ? new Map(list as [unknown, unknown][]) : new Set(list);
}

const SPECIAL: Readonly<Record<string, unknown>> = {
  u: undefined,
  n: Number.NaN,
  '+': Number.POSITIVE_INFINITY,
  '-': Number.NEGATIVE_INFINITY,
  '0': -0,
};

function special(text: string): unknown {
  const rest = text.slice(1);
  if (rest.startsWith(MARK)) return rest;
  if (rest in SPECIAL) return SPECIAL[rest];
  const found = /^(?:b(?<big>-?\d+)|d(?<units>-?\d+):(?<scale>\d+))$/u.exec(rest)?.groups;
  if (!found) throw invalid(text);
  const { big, units = '0', scale } = found;
  return big === undefined ? amountOf(units, Number(scale)) : BigInt(big);
}

function amountOf(units: string, scale: number): Amount {
  const count = Number(units);
  if (count === 0) return ZERO;
  return new Amount(Number.isSafeInteger(count) ? count : BigInt(units), scale);
}

function invalid(text: string): Error {
  return new Error(`VALUE_INVALID: ${text.slice(0, 40)} stands for nothing`);
}
