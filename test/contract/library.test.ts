/** Ours beside `technicalindicators`: the same where it is right, and each fault that docs/indicators.md names. */
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- the package declares its plain input records as classes and does not export them */
import { describe, expect, it } from '@jest/globals';
import * as library from 'technicalindicators';
import type { Bar } from '../../src/core/domain/market.ts';
import { create } from '../../src/core/indicators/catalogue.ts';
import { barsOf, flatBars, walkOf } from '../builders/bars.ts';
import { TECHNICAL_INDICATORS } from '../bench/indicatorRivals.ts';

interface Streaming {
  nextValue(value: unknown): unknown;
}

type Values = Readonly<Record<string, number | undefined>>;

/** What the library's class says after each bar; a single number as `value`. */
function theirs(name: string, bars: readonly Bar[]): (Values | undefined)[] {
  const [kind = '', given = [], fed = 'bar'] = TECHNICAL_INDICATORS[name] ?? [];
  const classes: Readonly<Record<string, unknown>> = { ...library };
  const Kind = classes[kind] as new (...all: readonly unknown[]) => Streaming;
  const streaming = new Kind(...structuredClone(given));
  return bars.map((bar) => {
    const said = streaming.nextValue(fed === 'close' ? bar.close : bar);
    return typeof said === 'number' ? { value: said } : (said as Values | undefined);
  });
}

function ours(name: string, bars: readonly Bar[], output = 'value'): number[] {
  const indicator = create(name, {});
  return bars.map((bar) => {
    indicator.update(bar);
    return indicator.read(output);
  });
}

const series = (name: string, bars: readonly Bar[], output = 'value'): number[] =>
  theirs(name, bars).map((said) => said?.[output] ?? Number.NaN);

/** Largest relative gap from a bar on, where both say something. */
function gapOf(mine: readonly number[], other: readonly number[], from = 0): number {
  const gaps = mine.map((value, i) => {
    const apart = Math.abs(value - (other[i] ?? Number.NaN));
    return i < from || Number.isNaN(apart) ? 0 : apart / Math.max(1, Math.abs(value));
  });
  return Math.max(...gaps);
}

const BARS = walkOf(600, 3);
/** No two prices are equal. */
const UNEVEN = BARS.map((bar, i) => ({
  ...bar,
  high: bar.high * (1.000001 + 1e-6 * Math.sin(i)),
  low: bar.low * (0.999999 + 1e-6 * Math.sin(1.3 * i)),
}));
const STILL = flatBars(60, 100, 0);
const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
const firstOf = (values: readonly number[]): number =>
  values.findIndex((value) => !Number.isNaN(value)) + 1;

describe('the same as the library where it is right', () => {
  it.each([
    ['sma', 'value', 'value'],
    ['ema', 'value', 'value'],
    ['atr', 'value', 'value'],
    ['wma', 'value', 'value'],
    ['rma', 'value', 'value'],
    ['roc', 'value', 'value'],
    ['trix', 'value', 'value'],
    ['awesome', 'value', 'value'],
    ['std_dev', 'value', 'value'],
    ['true_range', 'value', 'value'],
    ['force_index', 'value', 'value'],
    ['cci', 'value', 'value'],
    ['williams_r', 'value', 'value'],
    ['bollinger', 'upper', 'upper'],
    ['bollinger', 'percentB', 'pb'],
    ['keltner', 'lower', 'lower'],
    ['ichimoku', 'base', 'base'],
    ['ichimoku', 'leadA', 'spanA'],
    ['ichimoku', 'leadB', 'spanB'],
  ])('%s: %s', (name, output, theirName) => {
    const [mine, other] = [ours(name, BARS, output), series(name, BARS, theirName)];
    expect(firstOf(other)).toBeGreaterThan(0);
    expect(gapOf(mine, other)).toBeLessThan(1e-9);
  });

  it.each([
    ['macd', 'value', 'MACD', 400],
    ['macd', 'signal', 'signal', 400],
    ['adx', 'value', 'adx', 500],
    ['psar', 'value', 'value', 100],
  ])('%s: %s, once its beginning is forgotten', (name, output, theirName, from) => {
    const [mine, other] = [ours(name, UNEVEN, output), series(name, UNEVEN, theirName)];
    expect(last(other)).not.toBeNaN();
    expect(gapOf(mine, other, from)).toBeLessThan(1e-9);
  });
});

describe('wrong in the library', () => {
  it('SMA: one NaN for ever, and a glitch that never leaves', () => {
    const prices = [
      ...BARS.slice(0, 30).map((bar) => bar.close),
      Number.NaN,
      ...Array<number>(50).fill(5),
    ];
    expect(last(series('sma', barsOf(...prices)))).toBeNaN();
    const glitch = [...Array<number>(30).fill(1e-5), 1e8, ...Array<number>(60).fill(1e-5)];
    expect(Math.abs(last(series('sma', barsOf(...glitch))) / 1e-5 - 1)).toBeGreaterThan(1e-5);
    expect(last(ours('sma', barsOf(...glitch)))).toBeCloseTo(1e-5, 15);
  });

  it('EMA: a seed of 0 counts its bar twice', () => {
    const ema = new library.EMA({ period: 3, values: [] });
    const said = [-1, 0, 1, 10, 10].map((value) => ema.nextValue(value));
    expect(said.slice(2)).not.toEqual([0, 5, 7.5]);
  });

  it('RSI: rounded, and 100 where nothing has moved', () => {
    const [mine, other] = [ours('rsi', BARS), series('rsi', BARS)];
    expect(
      other.slice(20).every((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9),
    ).toBe(true);
    expect(gapOf(mine, other)).toBeGreaterThan(1e-5);
    expect([last(ours('rsi', STILL)), last(series('rsi', STILL))]).toEqual([50, 100]);
  });

  it('MACD: seeded otherwise, and no signal while the line is 0', () => {
    const [mine, other] = [ours('macd', BARS), series('macd', BARS, 'MACD')];
    expect([firstOf(mine), firstOf(other)]).toEqual([34, 26]);
    expect(gapOf(mine, other)).toBeGreaterThan(1e-4);
    expect(last(series('macd', STILL, 'signal'))).toBeNaN();
  });

  it('ADX: another seed, and NaN for ever after a start without movement', () => {
    expect(gapOf(ours('adx', BARS), series('adx', BARS, 'adx'))).toBeGreaterThan(1e-3);
    const bars = [...STILL, ...BARS];
    expect([last(series('adx', bars, 'adx')), last(ours('adx', bars)) > 0]).toEqual([NaN, true]);
  });

  it('Stochastic: the fast one', () => {
    const d = gapOf(ours('stochastic', BARS), series('stochastic', BARS, 'd'));
    const k = gapOf(ours('stochastic', BARS), series('stochastic', BARS, 'k'));
    expect(d).toBeLessThan(1e-9);
    expect(k).toBeGreaterThan(0.1);
  });

  it('StochasticRSI: of a rounded RSI, and 0 where it stands still', () => {
    expect(gapOf(ours('stoch_rsi', BARS), series('stoch_rsi', BARS, 'k'))).toBeGreaterThan(1e-5);
    expect([last(ours('stoch_rsi', STILL)), last(series('stoch_rsi', STILL, 'k'))]).toEqual([
      50, 0,
    ]);
  });

  it('BollingerBands, CCI, WilliamsR, MFI: 0/0, and TRIX: nothing, where nothing moves', () => {
    const said = [
      series('bollinger', STILL, 'pb'),
      ...['cci', 'williams_r', 'mfi', 'trix'].map((name) => series(name, STILL)),
    ];
    expect(said.map(last)).toEqual([NaN, NaN, NaN, NaN, NaN]);
    const mine = [
      ours('bollinger', STILL, 'percentB'),
      ...['cci', 'williams_r', 'mfi', 'trix'].map((name) => ours(name, STILL)),
    ];
    expect(mine.map(last)).toEqual([0.5, 0, -50, 50, 0]);
  });

  it('PSAR: a value before there is a trend, up whatever the first move, and no turn at a stop that is only touched', () => {
    const falling = walkOf(40, 3).map((bar, i) => ({
      ...bar,
      ...{ high: 101 - i, low: 99 - i, close: 99 - i, open: 101 - i },
    }));
    expect([firstOf(ours('psar', falling)), firstOf(series('psar', falling))]).toEqual([2, 1]);
    expect(ours('psar', falling)[1]).toBe(101);
    expect(series('psar', falling)[0]).toBe(99);
    // TA-Lib and Wilder turn when the stop is touched.
    const [mine, other] = [ours('psar', BARS), series('psar', BARS)];
    const apart = mine.findIndex((value, i) => i > 100 && Math.abs(value - (other[i] ?? 0)) > 1e-9);
    const { low = 0 } = BARS[apart] ?? {};
    expect(other[apart]).toBe(low);
    expect(mine[apart]).toBeGreaterThan(low);
  });

  it('MFI: rounded, a bar late, and an unchanged price as a fall', () => {
    const [mine, other] = [ours('mfi', BARS), series('mfi', BARS)];
    expect([firstOf(mine), firstOf(other)]).toEqual([15, 16]);
    expect(gapOf(mine, other)).toBeGreaterThan(1e-5);
    const steps = Array.from({ length: 60 }, (_, i) => 100 + Math.floor(i / 2));
    expect([
      last(ours('mfi', barsOf(...steps))),
      last(series('mfi', barsOf(...steps))) < 60,
    ]).toEqual([100, true]);
  });

  it('OBV: without the first volume, and ADL: in whole units, a bar without range as bought', () => {
    const first = BARS[0]?.volume ?? 0;
    expect(last(ours('obv', BARS)) - last(series('obv', BARS))).toBeCloseTo(first, 6);
    expect(series('adl', BARS).every(Number.isInteger)).toBe(true);
    const bars = flatBars(10, 100, 5);
    expect([last(ours('adl', bars)), last(series('adl', bars))]).toEqual([0, 50]);
  });

  it('VWAP: since the start of the series', () => {
    const vwap = new library.VWAP({ high: [], low: [], close: [], volume: [] });
    const bars = [...flatBars(500, 100, 10), ...flatBars(500, 200, 10)];
    const said = bars.map((bar) => vwap.nextValue(bar as never));
    expect(said.at(-1)).toBe(150);
    expect(last(ours('vwap_rolling', bars))).toBe(200);
  });
});
