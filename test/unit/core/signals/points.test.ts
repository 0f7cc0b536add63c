import { describe, expect, it } from '@jest/globals';
import { Donchian } from '../../../../src/core/indicators/donchian.ts';
import { Bollinger } from '../../../../src/core/indicators/bollinger.ts';
import { Cmf } from '../../../../src/core/indicators/cmf.ts';
import { Mfi } from '../../../../src/core/indicators/mfi.ts';
import { Rsi } from '../../../../src/core/indicators/rsi.ts';
import { againstPast } from '../../../../src/core/signals/normalise.ts';
import { SIGNAL_GROUPS, SIGNAL_POINTS } from '../../../../src/core/signals/points.ts';
import { SeriesTracker } from '../../../../src/core/signals/seriesTracker.ts';
import { walkOf } from '../../../builders/bars.ts';

const BARS = walkOf(640, 77);
const tracker = new SeriesTracker();
for (const bar of BARS) tracker.update(bar);

const back = (column: 'open' | 'high' | 'low' | 'close' | 'volume', ago: number): number =>
  BARS.at(-1 - ago)?.[column] ?? NaN;
const newest = (column: 'high' | 'low' | 'close', count: number): number[] =>
  Array.from({ length: count }, (_, ago) => back(column, ago));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const cut = (value: number): number => Math.max(-1, Math.min(1, value));

function indicated<Kernel extends { update: (bar: (typeof BARS)[number]) => number }>(
  kernel: Kernel,
  skip = 0,
): Kernel {
  for (const bar of BARS.slice(0, BARS.length - skip)) kernel.update(bar);
  return kernel;
}

function zOfClose(): number {
  const past = newest('close', 49).slice(1);
  const middle = mean(past);
  return againstPast(back('close', 0), middle, mean(past.map((price) => (price - middle) ** 2)));
}

function wicks(): number {
  const one = (ago: number): number => {
    const [top, bottom] = [back('high', ago), back('low', ago)];
    const body = [back('open', ago), back('close', ago)];
    return (Math.min(...body) - bottom - (top - Math.max(...body))) / (top - bottom);
  };
  return mean([one(0), one(1), one(2)]);
}

const donchian = indicated(new Donchian(55));
const dayReturn = back('close', 0) / back('close', 24) - 1;
const { trend, motion, flow } = tracker;

/** Every point once more, from the bars and the indicators: value, sign, warm-up and weight. */
const EXPECTED: readonly (readonly [id: string, value: number, sign: number, warmUp: number])[] = [
  ['ema_12_26', trend.spreadShort(), 1, 126],
  ['ema_50_200', trend.spreadLong(), 1, 300],
  ['macd_hist', trend.histogram(), 1, 134],
  [
    'donchian_55',
    (2 * (back('close', 0) - donchian.lower)) / (donchian.upper - donchian.lower) - 1,
    1,
    55,
  ],
  [
    'aroon_25',
    (newest('low', 26).indexOf(Math.min(...newest('low', 26))) -
      newest('high', 26).indexOf(Math.max(...newest('high', 26)))) /
      25,
    1,
    26,
  ],
  ['tsmom_24', Math.tanh(dayReturn / Math.sqrt(24 * motion.varianceLong())), 1, 102],
  ['rsi_14', indicated(new Rsi(14)).value / 50 - 1, 1, 15],
  ['rsi_slope', cut((indicated(new Rsi(14)).value - indicated(new Rsi(14), 5).value) / 25), 1, 20],
  [
    'up_ratio_20',
    mean(newest('close', 20).map((price, ago) => Math.sign(price - back('close', ago + 1)))),
    1,
    21,
  ],
  ['bb_pctb', cut(1 - 2 * indicated(new Bollinger(20, 2)).percentB), -1, 20],
  ['rsi_2', 1 - indicated(new Rsi(2)).value / 50, -1, 3],
  ['z_close_48', -zOfClose(), -1, 49],
  ['vwap_dev', -flow.distance(), -1, 124],
  ['wick_reject', wicks(), 1, 3],
  ['atr_pct', -trend.rangeRank(), -1, 115],
  ['semivol_ratio', 1 - (2 * motion.varianceFalling()) / motion.varianceLong(), -1, 102],
  [
    'rv_ratio',
    (motion.varianceShort() - motion.varianceLong()) /
      (motion.varianceShort() + motion.varianceLong()),
    0,
    102,
  ],
  ['rel_volume', flow.volume() * Math.sign(dayReturn), 1, 124],
  ['obv_slope', NaN, 1, 48],
  ['mfi_14', indicated(new Mfi(14)).value / 50 - 1, 1, 15],
  ['cmf_20', indicated(new Cmf(20)).value, 1, 20],
];

describe('the data points', () => {
  it.each(EXPECTED)('%s is what its formula says', (id, value, sign, warmUp) => {
    const point = SIGNAL_POINTS.find((candidate) => candidate.id === id);
    expect(point).toMatchObject({ sign, warmUp, weight: sign === 0 ? 0 : 1 });
    // The correlation of obv_slope is worked out in the test of the window formulas.
    if (id !== 'obv_slope') expect(point?.measure(tracker)).toBeCloseTo(value, 9);
    expect(Math.abs(point?.measure(tracker) ?? NaN)).toBeGreaterThan(1e-6);
  });

  it('are all of them listed above, each in a known group with at least two that count', () => {
    expect(SIGNAL_POINTS.map((point) => point.id)).toEqual(EXPECTED.map(([id]) => id));
    for (const group of SIGNAL_GROUPS) {
      const counted = SIGNAL_POINTS.filter((point) => point.group === group && point.weight > 0);
      expect([group, counted.length >= 2]).toEqual([group, true]);
    }
  });
});
