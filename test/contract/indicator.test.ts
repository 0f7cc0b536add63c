/** One suite for every indicator of the catalogue. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bar } from '../../src/core/domain/market.ts';
import { catalogue, create, rowOf } from '../../src/core/indicators/catalogue.ts';
import type { IndicatorRow } from '../../src/core/indicators/catalogue/row.ts';
import type { Indicator, IndicatorState } from '../../src/core/indicators/contract.ts';
import { anyBars, barAt, flatBars, walkOf } from '../builders/bars.ts';
import type { Definition, Outputs, PairedBar } from './definitions/series.ts';
import { DEFINITIONS } from './indicatorDefinitions.ts';

const RUNS = 8;
/** Largest difference from the definition, relative to the larger of the two values and 1. */
const TOLERANCE = 1e-9;
/** What no number of bars makes forget: totals, and states that only a turn of the market ends. */
const ENDLESS = ['obv', 'adl', 'psar', 'supertrend', 'fractals'];
/** What of the bar an indicator may read. */
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

type Params = Readonly<Record<string, number>>;

interface Case {
  readonly name: string;
  readonly row: IndicatorRow;
  readonly definition: Definition;
  readonly params: Params;
}

/** The usual parameters, and look-backs of a third of them. */
function paramsOf({ params }: IndicatorRow, share: number): Params {
  const values = Object.entries(params).map(([name, param]) => {
    const isLookBack = param.isWhole && name !== 'session' && name !== 'bar';
    const least = Math.max(param.min, Math.round(param.default * share));
    return [name, isLookBack ? least : param.default] as const;
  });
  return Object.fromEntries(values);
}

const CASES: readonly Case[] = Object.keys(catalogue).flatMap((name) => {
  const row = rowOf(name);
  const definition = DEFINITIONS[name];
  if (!row || !definition) throw new Error(`${name} has no definition in this suite`);
  const [usual, short] = [paramsOf(row, 1), paramsOf(row, 1 / 3)];
  const isOne = JSON.stringify(usual) === JSON.stringify(short);
  return (isOne ? [usual] : [usual, short]).map((params) => ({ name, row, definition, params }));
});

/** With a second market that goes its own way, but stands still where this one does. */
function paired(bars: readonly Bar[]): PairedBar[] {
  return bars.map((bar) => ({ ...bar, reference: bar.high * 3 + bar.low }));
}

const pairedAt = (...given: Parameters<typeof barAt>): PairedBar =>
  paired([barAt(...given)])[0] ?? { ...barAt(0, 1), reference: 1 };

function feed(indicator: Indicator, bars: readonly PairedBar[]): void {
  for (const bar of bars) indicator.update(bar);
}

function difference(actual: number, expected: number, floor = 1): number {
  if (Object.is(actual, expected)) return 0;
  const scale = Math.max(floor, Math.abs(actual), Math.abs(expected));
  const apart = Math.abs(actual - expected) / scale;
  return Number.isNaN(apart) ? Infinity : apart;
}

type Reading = Readonly<Record<string, number>>;

/** The largest difference between two readings of the same indicator. */
function apart(actual: Reading, expected: Reading, floor = 1): number {
  const names = Object.keys(expected);
  return Math.max(
    ...names.map((name) =>
      difference(actual[name] ?? Number.NaN, expected[name] ?? Number.NaN, floor),
    ),
  );
}

function valuesAt(outputs: Outputs, i: number): Reading {
  const values = Object.entries(outputs).map(
    ([name, series]) => [name, series.at(i) ?? Number.NaN] as const,
  );
  return Object.fromEntries(values);
}

/** Through the text it is kept as. */
const kept = (state: IndicatorState): IndicatorState =>
  JSON.parse(JSON.stringify(state)) as IndicatorState;

describe('the catalogue of indicators', () => {
  it('has at least 60 indicators, each with a definition, and no definition without one', () => {
    expect(Object.keys(catalogue).length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(DEFINITIONS).toSorted());
  });

  it('holds every kernel there is', () => {
    const folder = new URL('../../src/core/indicators/', import.meta.url);
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const kernels = texts
      .flatMap((text) => [...text.matchAll(/^export class (\w+) extends (?!PartGroup)/gmu)])
      .map(([, name = '']) => name);
    const made = CASES.map(({ name, params }) => create(name, params).constructor.name);
    expect(kernels.length).toBeGreaterThanOrEqual(60);
    expect(kernels.filter((name) => !made.includes(name))).toEqual([]);
  });

  it('knows what never forgets', () => {
    const endless = CASES.filter(({ name, params }) => create(name, params).settle === Infinity);
    expect([...new Set(endless.map(({ name }) => name))].toSorted()).toEqual(ENDLESS.toSorted());
  });
});

describe.each(CASES.map((one) => [`${one.name} ${JSON.stringify(one.params)}`, one] as const))(
  '%s',
  (_name, { name, row, definition, params }) => {
    const make = (): Indicator => create(name, params);
    const outputs = Object.keys(row.outputs);
    const read = (indicator: Indicator): Reading =>
      Object.fromEntries(outputs.map((output) => [output, indicator.read(output)]));
    const enough = make().warmUp + 40;
    const bars = anyBars(enough, enough + 60).map(paired);

    it('says in its row what it is', () => {
      expect(outputs[0]).toBe('value');
      expect(Object.keys(definition(paired(walkOf(3, 1)), params)).toSorted()).toEqual(
        outputs.toSorted(),
      );
      expect([row.summary, row.formula, row.source].every((text) => text.length > 3)).toBe(true);
    });

    it('is NaN before its warm-up and all numbers from that bar on', () => {
      const indicator = make();
      expect(indicator.warmUp).toBeGreaterThanOrEqual(1);
      expect(indicator.settle).toBeGreaterThanOrEqual(indicator.warmUp);
      expect(indicator.value).toBeNaN();
      for (const [i, bar] of paired(walkOf(indicator.warmUp + 50, 7)).entries()) {
        const value = indicator.update(bar);
        expect([i, Number.isFinite(value)]).toEqual([i, i + 1 >= indicator.warmUp]);
        expect(value).toBe(indicator.value);
        if (i + 1 < indicator.warmUp) continue;
        expect([i, Object.values(read(indicator)).every(Number.isFinite)]).toEqual([i, true]);
      }
    });

    it('agrees with its definition on every bar', () => {
      fc.assert(
        fc.property(bars, (given) => {
          const indicator = make();
          const expected = definition(given, params);
          for (const [i, bar] of given.entries()) {
            indicator.update(bar);
            const off = apart(read(indicator), valuesAt(expected, i));
            if (!(off < TOLERANCE))
              expect([i, read(indicator)]).toEqual([i, valuesAt(expected, i)]);
          }
        }),
        { numRuns: RUNS },
      );
    });

    it('gives with replace exactly what the right bar would have given', () => {
      const wrong = fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 3 });
      fc.assert(
        fc.property(
          bars,
          fc.array(wrong, { minLength: enough + 60, maxLength: enough + 60 }),
          (given, mistakes) => {
            const plain = make();
            const corrected = make();
            for (const [i, bar] of given.entries()) {
              plain.update(bar);
              const [first, ...more] = mistakes[i] ?? [];
              if (first === undefined) corrected.update(bar);
              else {
                corrected.update(pairedAt(i, first, { high: first + 1, volume: first }));
                for (const price of more) corrected.replace(pairedAt(i, price));
                corrected.replace(bar);
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
      const given = paired(walkOf(enough, 3));
      const plain = make();
      const replaced = make();
      feed(plain, given);
      for (const [i, bar] of given.entries()) {
        if (i === 0) replaced.replace(bar);
        else replaced.update(bar);
      }
      expect(read(replaced)).toEqual(read(plain));
    });

    it('leaves everything as it was at a bar that is not whole', () => {
      const given = paired(walkOf(enough + 20, 13));
      const plain = make();
      const holed = make();
      for (const [i, bar] of given.entries()) {
        plain.update(bar);
        const field = FIELDS[i % FIELDS.length] ?? 'close';
        const hole = { ...bar, [field]: i % 2 === 0 ? Number.NaN : Infinity };
        const before = read(holed);
        expect(holed.update(hole)).toBe(holed.value);
        holed.replace(hole);
        expect(read(holed)).toEqual(before);
        // As the correction of a bar that was a hole, and as the next one.
        if (i % 3 === 0) holed.replace(bar);
        else holed.update(bar);
        holed.replace(hole);
        expect([i, read(holed)]).toEqual([i, read(plain)]);
        holed.replace(bar);
        expect([i, read(holed)]).toEqual([i, read(plain)]);
      }
    });

    it('goes on from what was saved, at any bar, the last one still open to correction', () => {
      const given = paired(walkOf(enough + 30, 17));
      const plain = make();
      let carried = make();
      for (const [i, bar] of given.entries()) {
        plain.update(bar);
        carried.update(pairedAt(i, 3));
        const next = make();
        next.restore(kept(carried.save()));
        expect(read(next)).toEqual(read(carried));
        next.replace(bar);
        carried = next;
        expect([i, read(carried)]).toEqual([i, read(plain)]);
      }
    });

    it('refuses a state of another, or a part of one', () => {
      const state = make().save();
      const other = { ...state, id: 'other()' };
      expect(() => make().restore(other)).toThrow(/^INDICATOR_STATE_INVALID/u);
      const cut = { ...state, values: state.values.slice(1) };
      const broken = make();
      feed(broken, paired(walkOf(enough, 19)));
      expect(() => broken.restore(cut)).toThrow(/^INDICATOR_STATE_INVALID/u);
      expect(read(broken)).toEqual(read(make()));
      const long = { ...state, values: [...state.values, 0] };
      expect(() => make().restore(long)).toThrow(/^INDICATOR_STATE_INVALID/u);
    });

    it('is like new after reset', () => {
      const used = make();
      feed(used, paired(walkOf(enough, 11)));
      used.replace(pairedAt(136, 500));
      used.reset();
      const fresh = make();
      expect(read(used)).toEqual(read(fresh));
      for (const [i, bar] of paired(walkOf(enough, 5)).entries()) {
        // Not even a replace may find the bars from before the reset.
        expect(i === 0 ? used.replace(bar) : used.update(bar)).toBe(fresh.update(bar));
        expect(read(used)).toEqual(read(fresh));
      }
    });

    it('is a finite number, its neutral one, in a market that never moves and never trades', () => {
      const given = paired(flatBars(enough + 30, 0.1, 0));
      const indicator = make();
      feed(indicator, given);
      expect(Object.values(read(indicator)).every(Number.isFinite)).toBe(true);
      expect(apart(read(indicator), valuesAt(definition(given, params), -1))).toBeLessThan(
        TOLERANCE,
      );
    });

    it('recovers from a flat start', () => {
      const moving = walkOf(50 + enough, 9).slice(50);
      const given = paired([...flatBars(50, 100, 0), ...moving]);
      const indicator = make();
      feed(indicator, given);
      expect(apart(read(indicator), valuesAt(definition(given, params), -1))).toBeLessThan(
        TOLERANCE,
      );
    });

    if (!ENDLESS.includes(name)) {
      it('says after the bars it settles in what it says with all of the past, a glitch of 1e8 among prices of 1e-5 in it', () => {
        const { settle } = make();
        const given = paired(walkOf(settle + 3000, 21, 1e-5));
        const long = make();
        for (const [i, bar] of given.entries()) {
          if (i === 1000) long.update({ ...bar, high: 1e8, close: 1e8, volume: 1e8 });
          else long.update(bar);
        }
        const short = make();
        feed(short, given.slice(-settle));
        expect(apart(read(long), read(short), 0)).toBeLessThan(TOLERANCE);
      });
    }
  },
);
