/** Notes as words. */
import type { Note, NoteInputs } from '../domain/notes.ts';
import type { ReasonCatalogue } from '../domain/reasons.ts';
import { formatUtc } from '../domain/time.ts';

/** Turns a note into one line of plain English. */
export type Explainer = (note: Pick<Note, 'code' | 'inputs'>) => string;

/** Digits of a computed number that are shown. */
const SHOWN_DIGITS = 8;
/** Numbers outside of this range are shown in scientific notation. */
const PLAIN_MAX = 1e15;
const PLAIN_MIN = 1e-12;

/** `{name}`, `{name%}` or `{name@}`. */
const PLACE = /\{(\w+)([%@]?)\}/gu;

/**
 * Explains by these catalogues; where two share a code, the later one wins.
 * Places in a text: `{name}` as it is, `{name%}` a fraction as a percentage (0.05 → 5%), `{name@}` market time in UTC.
 * Numbers are cut to eight significant digits; text, money among it, stays as it is. A place without an input shows `?`.
 * An unknown code is shown with its inputs.
 */
export function createExplainer(catalogues: readonly ReasonCatalogue[]): Explainer {
  const texts = new Map<string, string>();
  for (const catalogue of catalogues) {
    for (const [code, { text }] of Object.entries(catalogue)) texts.set(code, text);
  }
  return ({ code, inputs }) => {
    const text = texts.get(code);
    return text === undefined ? bare(code, inputs) : fill(text, inputs);
  };
}

/** The text with its places filled; see `createExplainer`. */
export function fill(text: string, inputs: NoteInputs): string {
  return text.replace(PLACE, (_place, name: string, form: string) => {
    const value = inputs[name];
    return value === undefined ? '?' : shown(value, form);
  });
}

function shown(value: number | string, form: string): string {
  if (typeof value === 'string') return value;
  if (form === '%') return `${formatNumber(value * 100)}%`;
  if (form === '@' && Number.isFinite(value)) return formatUtc(value);
  return formatNumber(value);
}

/** A number with at most eight significant digits, whole numbers in full, without trailing zeros. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < PLAIN_MAX) return String(value === 0 ? 0 : value);
  const rounded = Number(value.toPrecision(SHOWN_DIGITS));
  return size < PLAIN_MAX && size >= PLAIN_MIN ? plain(rounded) : String(rounded);
}

/** Without exponent; the shortest text of small numbers has one. */
function plain(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  const decimals = SHOWN_DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(decimals).replace(/0+$/u, '');
}

function bare(code: string, inputs: NoteInputs): string {
  const pairs = Object.entries(inputs).map(([name, value]) => `${name} ${shown(value, '')}`);
  return pairs.length === 0 ? code : `${code}: ${pairs.join(', ')}`;
}
