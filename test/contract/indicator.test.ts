/** One suite for every indicator of the catalogue. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bar } from '../../src/core/domain/market.ts';
import { type IndicatorEntry, INDICATORS } from '../../src/core/indicators/catalogue.ts';
import type { Indicator } from '../../src/core/indicators/contract.ts';
import { anyBars, barAt, flatBars, walkOf } from '../builders/bars.ts';
import { type Definition, DEFINITIONS, type Outputs } from './indicatorDefinitions.ts';

const RUNS = 25;
/** Bars after which no indicator of the catalogue remembers anything: (13/14)^1500 is 1e-48. */
const FORGOTTEN_AFTER = 1500;
/** Largest difference from the definition, relative to the larger of the two values and 1. */
const TOLERANCE = 1e-9;

function definitionOf(entry: IndicatorEntry): Definition {
  const definition = DEFINITIONS[entry.name];
  if (definition === undefined) throw new Error(`${entry.name} has no definition in this suite`);
  return definition;
}

function feed(indicator: Indicator, bars: readonly Bar[]): void {
  for (const bar of bars) indicator.update(bar);
}

function difference(actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  const scale = Math.max(1, Math.abs(actual), Math.abs(expected));
  const apart = Math.abs(actual - expected) / scale;
  return Number.isNaN(apart) ? Infinity : apart;
}

/** The largest difference between two readings of the same indicator. */
function apart(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
): number {
  const names = Object.keys(expected);
  return Math.max(
    ...names.map((name) => difference(actual[name] ?? Number.NaN, expected[name] ?? Number.NaN)),
  );
}

/** The values of a definition at one bar. */
function valuesAt(outputs: Outputs, i: number): Record<string, number> {
  const values = Object.entries(outputs).map(
    ([name, series]) => [name, series.at(i) ?? Number.NaN] as const,
  );
  return Object.fromEntries(values);
}

function lastOf(outputs: Outputs): Record<string, number> {
  return valuesAt(outputs, -1);
}

describe('the catalogue of indicators', () => {
  it('has a definition for every entry, and no name twice', () => {
    expect(INDICATORS.map((entry) => entry.name).sort()).toEqual(Object.keys(DEFINITIONS).sort());
  });

  it('imports every file that holds an indicator', () => {
    const folder = new URL('../../src/core/indicators/', import.meta.url);
    const holders = readdirSync(folder).filter((name) =>
      readFileSync(new URL(name, folder), 'utf8').includes('extends Revisable'),
    );
    const catalogue = readFileSync(new URL('catalogue.ts', folder), 'utf8');
    expect(holders.length).toBeGreaterThan(10);
    expect(holders.filter((name) => !catalogue.includes(`'./${name}'`))).toEqual([]);
  });
});

describe.each(INDICATORS.map((entry) => [entry.name, entry] as const))('%s', (_name, entry) => {
  const definition = definitionOf(entry);
  const read = (indicator: Indicator): Readonly<Record<string, number>> =>
    definition.read(indicator);

  it('is NaN before its warm-up and a number from that bar on', () => {
    const indicator = entry.create();
    expect(indicator.warmUp).toBeGreaterThanOrEqual(1);
    expect(indicator.value).toBeNaN();
    for (const [i, bar] of walkOf(indicator.warmUp + 50, 7).entries()) {
      const value = indicator.update(bar);
      expect([i, Number.isFinite(value)]).toEqual([i, i + 1 >= indicator.warmUp]);
      expect(value).toBe(indicator.value);
    }
    expect(Object.values(read(indicator)).every(Number.isFinite)).toBe(true);
  });

  it('agrees with its definition on every bar', () => {
    fc.assert(
      fc.property(anyBars(60, 160), (bars) => {
        const indicator = entry.create();
        const expected = definition.outputs(bars);
        for (const [i, bar] of bars.entries()) {
          indicator.update(bar);
          expect([i, apart(read(indicator), valuesAt(expected, i))]).toEqual([
            i,
            expect.closeTo(0, -Math.log10(TOLERANCE)),
          ]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('gives with replace exactly what the right bar would have given', () => {
    const wrong = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 3 });
    fc.assert(
      fc.property(
        anyBars(50, 120),
        fc.array(wrong, { minLength: 120, maxLength: 120 }),
        (bars, mistakes) => {
          const plain = entry.create();
          const corrected = entry.create();
          for (const [i, bar] of bars.entries()) {
            plain.update(bar);
            const [first, ...more] = mistakes[i] ?? [];
            if (first === undefined) corrected.update(bar);
            else {
              corrected.update(barAt(i, first, { high: first + 1, volume: first }));
              for (const price of more) corrected.replace(barAt(i, price));
              corrected.replace(bar);
            }
            expect([i, read(corrected)]).toEqual([i, read(plain)]);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('takes a replace before the first bar as an update', () => {
    const bars = walkOf(60, 3);
    const plain = entry.create();
    const replaced = entry.create();
    feed(plain, bars);
    for (const [i, bar] of bars.entries()) {
      if (i === 0) replaced.replace(bar);
      else replaced.update(bar);
    }
    expect(read(replaced)).toEqual(read(plain));
  });

  it('is like new after reset', () => {
    const used = entry.create();
    feed(used, walkOf(137, 11));
    used.replace(barAt(136, 500));
    used.reset();
    const fresh = entry.create();
    expect(read(used)).toEqual(read(fresh));
    for (const [i, bar] of walkOf(137, 5).entries()) {
      // Not even a replace may find the bars from before the reset.
      expect(i === 0 ? used.replace(bar) : used.update(bar)).toBe(fresh.update(bar));
      expect(read(used)).toEqual(read(fresh));
    }
  });

  it('is a finite number, its neutral one, in a market that never moves and never trades', () => {
    const bars = flatBars(100, 0.1, 0);
    const indicator = entry.create();
    feed(indicator, bars);
    expect(Object.values(read(indicator)).every(Number.isFinite)).toBe(true);
    expect(apart(read(indicator), lastOf(definition.outputs(bars)))).toBeLessThan(TOLERANCE);
  });

  it('recovers from a flat start', () => {
    const bars = [...flatBars(50, 100, 0), ...walkOf(100, 9)];
    const indicator = entry.create();
    feed(indicator, bars);
    expect(apart(read(indicator), lastOf(definition.outputs(bars)))).toBeLessThan(TOLERANCE);
  });

  if (definition.forgets) {
    it('keeps no trace of a glitch print of 1e8 among prices of 1e-5, and does not drift', () => {
      const bars = walkOf(20_000, 21, 1e-5);
      const long = entry.create();
      for (const [i, bar] of bars.entries()) {
        if (i === 1000) long.update({ ...bar, high: 1e8, close: 1e8, volume: 1e8 });
        else long.update(bar);
      }
      const short = entry.create();
      feed(short, bars.slice(-FORGOTTEN_AFTER));
      const [actual, expected] = [read(long), read(short)];
      for (const name of Object.keys(expected)) {
        const [a, b] = [actual[name] ?? Number.NaN, expected[name] ?? Number.NaN];
        expect([name, Math.abs(a - b) / Math.abs(b)]).toEqual([name, expect.closeTo(0, 9)]);
      }
    });
  }
});
