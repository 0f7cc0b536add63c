import { describe, expect, it } from '@jest/globals';
import { catalogue, create, rowOf, warmUpOf } from '../../../../src/core/indicators/catalogue.ts';
import { barAt, barsOf } from '../../../builders/bars.ts';

describe('create', () => {
  it('takes what is left out from the catalogue', () => {
    expect(create('rsi').warmUp).toBe(catalogue.rsi.params.length.default + 1);
    expect(create('macd', { slow: 50 }).warmUp).toBe(58);
    expect(warmUpOf('sma', { length: 7 })).toBe(7);
  });

  it('says what is wrong with a name or a parameter, and what there is instead', () => {
    expect(() => create('rsii')).toThrow(/^INDICATOR_UNKNOWN: "rsii" .* rsi,/u);
    expect(() => create('rsi' as string, { period: 3 })).toThrow(
      'INDICATOR_PARAM: rsi has no period; it has length',
    );
    expect(() => create('obv' as string, { length: 3 })).toThrow(/takes none$/u);
    expect(() => create('rsi', { length: 2.5 })).toThrow(
      'INDICATOR_PARAM: rsi: length: 2.5 is not a whole number from 1 to 20000',
    );
    expect(() => create('bollinger', { deviations: 0 })).toThrow(/from 0.01 to 100$/u);
    expect(() => create('macd', { fast: 26, slow: 12 })).toThrow(
      'INDICATOR_PARAM: macd: fast: 26 is not shorter than slow, 12',
    );
    expect(() => create('sma', { length: Number.NaN })).toThrow(/NaN is not/u);
  });

  it('knows no name that only every object has', () => {
    expect(rowOf('toString')).toBeUndefined();
    expect(() => create('constructor')).toThrow(/^INDICATOR_UNKNOWN/u);
    expect(() => create('rsi' as string, { toString: 3 } as never)).toThrow(/has no toString/u);
  });

  it('refuses an output that there is not', () => {
    const rsi = create('rsi');
    expect(() => rsi.read('signal')).toThrow(RangeError);
    expect(() => rsi.read('update')).toThrow(RangeError);
  });

  it('refuses a state of the same indicator with other parameters', () => {
    const state = create('rsi', { length: 14 }).save();
    expect(state.id).toBe('rsi(length=14)');
    expect(() => create('rsi', { length: 15 }).restore(state)).toThrow(
      'INDICATOR_STATE_INVALID: it is of "rsi(length=14)", this is "rsi(length=15)"',
    );
  });
});

/** Worked by hand. */
describe('hand-worked vectors', () => {
  const valuesOf = (
    name: string,
    params: Readonly<Record<string, number>>,
    ...closes: number[]
  ) => {
    const indicator = create(name, params);
    return barsOf(...closes).map((bar) => indicator.update(bar));
  };

  it('WMA: (1·1 + 2·2 + 3·6)/6', () => {
    expect(valuesOf('wma', { length: 3 }, 1, 2, 6)[2]).toBeCloseTo(23 / 6, 12);
  });

  it('KAMA: a straight market takes the fast weight, (2/3)²', () => {
    // Seed 2, the close before bar 3; then 2 + 4/9·(3 − 2).
    expect(valuesOf('kama', { length: 2 }, 1, 2, 3)[2]).toBeCloseTo(2 + 4 / 9, 12);
  });

  it('CMO: rises 3, falls 1', () => {
    expect(valuesOf('cmo', { length: 3 }, 10, 12, 11, 12)[3]).toBe(50);
  });

  it('linear regression: 1, 2, 6 lies on 0.5 + 2.5·i', () => {
    const line = create('linreg', { length: 3 });
    for (const bar of barsOf(1, 2, 6)) line.update(bar);
    expect([line.slope, line.value, line.forecast]).toEqual([2.5, 5.5, 8]);
    expect(line.r2).toBeCloseTo(25 / 28, 12);
  });

  it('percent rank: of 1, 2, 3 one is below 2 and one is equal', () => {
    expect(valuesOf('percent_rank', { length: 3 }, 1, 2, 3, 2)[3]).toBe(50);
  });

  it('pivots: of the session before, high 12, low 6, close 9', () => {
    const pivots = create('pivots', { session: 120, bar: 60 });
    const days = [
      barAt(0, 8, { high: 12, low: 7 }),
      barAt(1, 9, { high: 11, low: 6 }),
      barAt(2, 20),
      barAt(3, 30),
    ];
    for (const bar of days) pivots.update(bar);
    expect([pivots.value, pivots.r1, pivots.s1, pivots.r2, pivots.s3]).toEqual([9, 12, 6, 15, 0]);
  });

  it('fractal: a top is known two bars later, not before', () => {
    const fractals = create('fractals');
    const tops = barsOf(1, 2, 5, 3, 2, 4).map((bar) => {
      fractals.update(bar);
      return fractals.top;
    });
    expect(tops).toEqual([NaN, NaN, NaN, NaN, 1, 0]);
    expect(fractals.high).toBe(5);
  });

  it('engulfing: the body reaches beyond both ends of the one before it', () => {
    const engulfing = create('engulfing');
    const fall = barAt(0, 9, { open: 10, high: 10, low: 9 });
    engulfing.update(fall);
    expect(engulfing.update(barAt(1, 11, { open: 8, high: 11, low: 8 }))).toBe(1);
    expect(engulfing.update(barAt(2, 7, { open: 12, high: 12, low: 7 }))).toBe(-1);
    expect(engulfing.update(barAt(3, 9, { open: 7, high: 9, low: 7 }))).toBe(0);
  });

  it('choppiness: a straight march of 3 over a range of 3 is 0', () => {
    const choppiness = create('choppiness', { length: 3 });
    const march = [0, 1, 2, 3].map((i) => barAt(i, 101 + i, { high: 101 + i, low: 100 + i }));
    for (const bar of march) choppiness.update(bar);
    expect(choppiness.value).toBeCloseTo(0, 12);
  });

  it('correlation: −1 when the other market goes the other way, step for step', () => {
    const correlation = create('correlation', { length: 3 });
    const beta = create('beta', { length: 3 });
    for (const [i, close] of [100, 110, 99, 120].entries()) {
      const bar = { ...barAt(i, close), reference: 1 / close ** 2 };
      correlation.update(bar);
      beta.update(bar);
    }
    expect(correlation.value).toBeCloseTo(-1, 12);
    expect(beta.value).toBeCloseTo(-0.5, 12);
  });
});
