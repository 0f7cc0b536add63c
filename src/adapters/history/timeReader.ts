/** Times as files write them: seconds, milliseconds, microseconds, nanoseconds or text, to whole milliseconds. */

/** Smallest count of each unit that is a time after 1973 and none of a coarser unit before 5138. */
const UNITS = [
  { name: 'nanoseconds', from: 1e17, perMs: 1e6 },
  { name: 'microseconds', from: 1e14, perMs: 1e3 },
  { name: 'milliseconds', from: 1e11, perMs: 1 },
  { name: 'seconds', from: -Infinity, perMs: 1e-3 },
] as const;

type Unit = (typeof UNITS)[number];

/** More changes than this within one file are no change of format but disorder. */
const CHANGES_MAX = 3;

export class TimeReader {
  readonly #saysMillis: boolean;
  #unit: Unit | undefined;
  /** What was converted, in words. */
  readonly remarks: string[] = [];

  /** @param saysMillis the heading says milliseconds: small numbers are early times, not seconds. */
  constructor(saysMillis: boolean) {
    this.#saysMillis = saysMillis;
  }

  /** Milliseconds since the epoch; undefined when it is no time. @throws Error when units change again and again. */
  read(cell: string, line: number): number | undefined {
    const count = Number(cell);
    if (cell === '' || !Number.isFinite(count)) return timeOfText(cell);
    const unit = this.#unitOf(count);
    if (unit !== this.#unit) this.#change(unit, line);
    return Math.floor(count / unit.perMs);
  }

  #unitOf(count: number): Unit {
    const [nanos, micros, millis, seconds] = UNITS;
    if (count >= nanos.from) return nanos;
    if (count >= micros.from) return micros;
    return count >= millis.from || this.#saysMillis ? millis : seconds;
  }

  #change(unit: Unit, line: number): void {
    const isFirst = this.#unit === undefined;
    this.#unit = unit;
    if (isFirst && unit.name === 'milliseconds') return;
    if (this.remarks.length > CHANGES_MAX)
      throw new Error(`the unit of time changes again and again, last to ${unit.name}`);
    this.remarks.push(`from line ${String(line)} on times are in ${unit.name}; read as such`);
  }
}

/** `2024-01-31`, `2024-01-31 13:00:00`, `2024-01-31T13:00:00Z`: UTC unless an offset is given. */
function timeOfText(text: string): number | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(Z|[+-]\d{2}:?\d{2})?$/u.exec(
      text,
    );
  if (!match) return undefined;
  const [, day = '', time = '00:00', zone = 'Z'] = match;
  const ms = Date.parse(`${day}T${time}${zone}`);
  return Number.isFinite(ms) ? Math.floor(ms) : undefined;
}
