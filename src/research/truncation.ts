/**
 * Look-ahead and warm-up by cutting history. Whatever says something about bars, a strategy, an indicator, a signal, a choice of
 * markets, says the same about a moment whether what comes after it is there or not; and nearly the same when what lies long before
 * it is not there. Each history is a copy: what was cut off is nowhere to be found.
 */
import { slice } from '../core/domain/barColumns.ts';
import { canonicalText } from '../core/domain/exactText.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { Millis } from '../core/domain/time.ts';

/** Share of the history that the shortest has. */
const SHORTEST = 0.1;

/** What was said at one moment. */
export interface Said {
  /** Market time; never before that of what was said earlier. */
  readonly at: Millis;
  /** Without numbers: what must be the same. */
  readonly words: string;
  readonly numbers: Readonly<Record<string, number>>;
  /** True when more than words came of it: an order was asked for, say. */
  readonly acts?: boolean;
}

/** Says something about a history, in order of time. Made anew for each history: nothing of one may be kept for the next. */
export type Subject = (bars: BarColumns) => readonly Said[] | Promise<readonly Said[]>;

/** The first statement that was another one without what came after it. */
export interface Leak {
  /** Market time of the statement. */
  readonly at: Millis;
  /** Market time at which the shorter history ended. */
  readonly cutAt: Millis;
  /** Undefined: nothing was said then. */
  readonly withFuture: Said | undefined;
  readonly withoutFuture: Said | undefined;
}

export interface LookAhead {
  /** Shorter histories that were tried. */
  readonly cuts: number;
  /** Statements that were compared. */
  readonly compared: number;
  /** One for each cut that brought one to light, the earliest first. */
  readonly leaks: readonly Leak[];
}

export interface CutOptions {
  /** How many shorter histories. ≥ 1. */
  readonly cuts: number;
  /** Length of a bar of the history, milliseconds. */
  readonly lengthMs: number;
  readonly onProgress: (share: number) => void;
}

/**
 * Half of the shorter histories end evenly over the whole, and are asked about first, the shortest before all: were something kept
 * from one history to the next, it would be the past only. The others end where something was acted on: who looks one bar ahead
 * shows it there.
 */
export async function lookAhead(
  subject: Subject,
  bars: BarColumns,
  { cuts, lengthMs, onProgress }: CutOptions,
): Promise<LookAhead> {
  const rows = bars.openTime.length;
  const told: { readonly end: number; readonly said: readonly Said[] }[] = [];
  const ask = async (ends: readonly number[]): Promise<void> => {
    for (const end of ends) {
      told.push({ end, said: await subject(partOf(bars, 0, end)) });
      onProgress(told.length / (cuts + 1));
    }
  };
  await ask(evenly(Math.ceil(rows * SHORTEST), rows - 1, Math.ceil(cuts / 2)));
  const whole = await subject(partOf(bars, 0, rows));
  const acted = actedEnds(whole, bars, lengthMs);
  const places = evenly(1, acted.length, Math.min(Math.floor(cuts / 2), acted.length));
  await ask(places.map((place) => acted[place - 1] ?? rows));
  onProgress(1);
  return compare(whole, told, (end) => (bars.openTime[end - 1] ?? 0) + lengthMs);
}

function compare(
  whole: readonly Said[],
  told: readonly { readonly end: number; readonly said: readonly Said[] }[],
  endOf: (end: number) => Millis,
): LookAhead {
  const leaks: Leak[] = [];
  let compared = 0;
  for (const { end, said } of told) {
    const cutAt = endOf(end);
    // The opening of the next bar has the time of the end, too: what is said there is not missing.
    const least = whole.findIndex(({ at }) => at >= cutAt);
    const known = Math.max(least < 0 ? whole.length : least, said.length);
    compared += known;
    const leak = firstUnlike(whole.slice(0, known), said);
    if (leak) leaks.push({ ...leak, cutAt });
  }
  leaks.sort((a, b) => a.at - b.at || a.cutAt - b.cutAt);
  return { cuts: told.length, compared, leaks };
}

/** Rows that histories end before in which the last statement acts. */
function actedEnds(whole: readonly Said[], { openTime }: BarColumns, lengthMs: number): number[] {
  const times = new Set(whole.filter(({ acts }) => acts === true).map(({ at }) => at));
  const ends: number[] = [];
  for (const [row, opened] of openTime.entries())
    if (times.has(opened + lengthMs) && row + 1 < openTime.length) ends.push(row + 1);
  return ends;
}

/** How a shorter past changes what is said. */
export interface WarmUpLength {
  /** Bars that were there, the one spoken of included. */
  readonly bars: number;
  /** Moments at which something else was said than with all of the past. */
  readonly otherWords: number;
  /** The largest deviation of a number from that with all of the past, as a share of that number's size. */
  readonly deviation: number;
  /** Whose that is; empty when there is none. */
  readonly number: string;
}

export interface WarmUp {
  /** Market times of which was spoken. */
  readonly moments: readonly Millis[];
  readonly lengths: readonly WarmUpLength[];
}

export interface WarmUpOptions {
  /** Bars of the past to try, each. */
  readonly lengths: readonly number[];
  /** How many moments. ≥ 1. */
  readonly moments: number;
  /** How large a number may be, where that is known of it by name; undefined: as it is on the mean. */
  readonly sizeOf: (name: string) => number | undefined;
  readonly onProgress: (share: number) => void;
}

/** Asks about a moment with all of the past, and with shorter ones; what is said last is what counts. */
export async function warmUp(
  subject: Subject,
  bars: BarColumns,
  { lengths, moments, sizeOf, onProgress }: WarmUpOptions,
): Promise<WarmUp> {
  const rows = bars.openTime.length;
  const longest = Math.max(...lengths);
  const ends = evenly(Math.min(longest + 1, rows), rows, moments);
  const last = async (from: number, end: number): Promise<Said | undefined> =>
    (await subject(partOf(bars, from, end))).at(-1);
  const references: (Said | undefined)[] = [];
  for (const end of ends) references.push(await last(0, end));
  const sizes = meanSizes(references, sizeOf);
  const found: WarmUpLength[] = [];
  for (const length of lengths) {
    const worst = { otherWords: 0, deviation: 0, number: '' };
    for (const [place, end] of ends.entries()) {
      const said = await last(Math.max(0, end - length), end);
      take(worst, { reference: references[place], said, sizes });
    }
    found.push({ bars: length, ...worst });
    onProgress(found.length / lengths.length);
  }
  return { moments: ends.map((end) => bars.openTime[end - 1] ?? 0), lengths: found };
}

/** A copy: nothing else of the history can be reached from it. */
function partOf(bars: BarColumns, start: number, end: number): BarColumns {
  const part = slice(bars, start, end);
  return {
    openTime: part.openTime.slice(),
    open: part.open.slice(),
    high: part.high.slice(),
    low: part.low.slice(),
    close: part.close.slice(),
    volume: part.volume.slice(),
  };
}

/** Whole numbers between the two, both included, ascending, each once; at most so many. */
function evenly(first: number, last: number, count: number): number[] {
  const step = count > 1 ? (last - first) / (count - 1) : 0;
  const ends = Array.from({ length: count }, (_none, place) => Math.round(first + place * step));
  return [...new Set(ends)].filter((end) => end >= first && end > 0 && end <= last);
}

function firstUnlike(
  whole: readonly Said[],
  cut: readonly Said[],
): Omit<Leak, 'cutAt'> | undefined {
  const longest = Math.max(whole.length, cut.length);
  for (let place = 0; place < longest; place += 1) {
    const [withFuture, withoutFuture] = [whole[place], cut[place]];
    if (withFuture && withoutFuture && isSame(withFuture, withoutFuture)) continue;
    const at = Math.min(withFuture?.at ?? Infinity, withoutFuture?.at ?? Infinity);
    return { at, withFuture, withoutFuture };
  }
  return undefined;
}

function isSame(a: Said, b: Said): boolean {
  if (a.at !== b.at || a.words !== b.words) return false;
  const names = Object.keys(a.numbers);
  if (names.length !== Object.keys(b.numbers).length) return false;
  return names.every((name) => Object.is(a.numbers[name], b.numbers[name]));
}

/** Mean absolute value of each number, over all moments. */
function meanSizes(
  said: readonly (Said | undefined)[],
  sizeOf: WarmUpOptions['sizeOf'],
): ReadonlyMap<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const each of said)
    for (const [name, value] of Object.entries(each?.numbers ?? {})) {
      const known = sums.get(name) ?? { sum: 0, count: 0 };
      sums.set(name, { sum: known.sum + Math.abs(value), count: known.count + 1 });
    }
  return new Map([...sums].map(([name, { sum, count }]) => [name, sizeOf(name) ?? sum / count]));
}

interface Pair {
  readonly reference: Said | undefined;
  readonly said: Said | undefined;
  readonly sizes: ReadonlyMap<string, number>;
}

function take(
  worst: { otherWords: number; deviation: number; number: string },
  { reference, said, sizes }: Pair,
): void {
  if (reference?.words !== said?.words) {
    worst.otherWords += 1;
    return;
  }
  for (const [name, value] of Object.entries(reference?.numbers ?? {})) {
    const apart = deviationOf(value, said?.numbers[name], sizes.get(name) ?? 0);
    if (apart <= worst.deviation) continue;
    worst.deviation = apart;
    worst.number = name;
  }
}

function deviationOf(reference: number, value: number | undefined, size: number): number {
  if (Object.is(reference, value)) return 0;
  const apart = Math.abs(reference - (value ?? Number.NaN)) / size;
  return Number.isNaN(apart) ? Infinity : apart;
}

/** A statement for people. */
export function saidText(said: Said | undefined): string {
  if (!said) return 'nothing';
  return `${said.words} ${canonicalText(said.numbers)}`;
}
