/**
 * The data points of the rule score: one entry each. Adding one is adding an entry; the engine, the reading and the
 * documentation follow. `formula` is the documentation; `measure` is the formula, oriented so that positive is bullish.
 *
 * Norm codes: A a natural bounded scale; T tanh(z/2), z against the point's own past (exponential mean and variance of
 * span Z_SPAN_BARS instead of a window of 90 days: nothing to store, nothing that drifts), the current bar not in it;
 * V a return in units of its volatility, through tanh; P rank among its own past.
 */
import type { Contribution } from '../domain/signal.ts';
import { FLOW_SPAN_BARS } from './flowTracker.ts';
import { RSI_SLOPE_BARS, VOLATILITY_SHORT_BARS } from './motionTracker.ts';
import { bounded, shareOr, volScaled } from './normalise.ts';
import { HISTORY_BARS_MIN, Z_SPAN_BARS } from './seeding.ts';
import type { SeriesTracker } from './seriesTracker.ts';
import { RANK_BARS, RANK_STRIDE_BARS } from './trendTracker.ts';
import * as windows from './windows.ts';

export type SignalGroup = Contribution['group'];

/** Groups in the order of reports; each has the same weight in the score. */
export const SIGNAL_GROUPS: readonly SignalGroup[] = [
  'trend',
  'momentum',
  'meanReversion',
  'volatility',
  'volume',
];

/** One data point of the score. */
export interface SignalPoint {
  /** Stable name, as in reports and configuration. */
  readonly id: string;
  readonly group: SignalGroup;
  readonly norm: 'A' | 'T' | 'V' | 'P';
  /** The raw value in words; C is the close of the last completed bar. */
  readonly formula: string;
  /** Prior belief: +1 a high raw value is bullish, −1 bearish, 0 says nothing about direction (a gate). */
  readonly sign: -1 | 0 | 1;
  /** Completed bars before it is available. */
  readonly warmUp: number;
  /** Weight within its group. 0: shown, but not counted. */
  readonly weight: number;
  /** The oriented, normalised value in [−1, 1]; asked only when warm. */
  readonly measure: (series: SeriesTracker) => number;
}

const TREND: readonly SignalPoint[] = [
  {
    id: 'ema_12_26',
    group: 'trend',
    norm: 'T',
    formula: '(EMA12 − EMA26) / ATR14',
    sign: 1,
    warmUp: 26 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ trend }) => trend.spreadShort(),
  },
  {
    id: 'ema_50_200',
    group: 'trend',
    norm: 'T',
    formula: '(EMA50 − EMA200) / ATR14',
    sign: 1,
    warmUp: 200 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ trend }) => trend.spreadLong(),
  },
  {
    id: 'macd_hist',
    group: 'trend',
    norm: 'T',
    formula: '(MACD(12, 26) − its EMA9) / ATR14',
    sign: 1,
    warmUp: 34 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ trend }) => trend.histogram(),
  },
  {
    id: 'donchian_55',
    group: 'trend',
    norm: 'A',
    formula: '2·(C − L55)/(H55 − L55) − 1',
    sign: 1,
    warmUp: 55,
    weight: 1,
    measure: ({ recent }) => windows.channelPosition(recent, 55),
  },
  {
    id: 'aroon_25',
    group: 'trend',
    norm: 'A',
    formula: '(AroonUp25 − AroonDown25) / 100',
    sign: 1,
    warmUp: 26,
    weight: 1,
    measure: ({ recent }) => windows.aroon(recent, 25),
  },
];

const MOMENTUM: readonly SignalPoint[] = [
  {
    id: 'tsmom_24',
    group: 'momentum',
    norm: 'V',
    formula: `return of 24 bars / (σ·√24), σ of one bar over a span of ${Z_SPAN_BARS} bars`,
    sign: 1,
    warmUp: 2 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ recent, motion }) =>
      volScaled(windows.returnOver(recent, 24), motion.varianceLong(), 24),
  },
  {
    id: 'rsi_14',
    group: 'momentum',
    norm: 'A',
    formula: '(RSI14 − 50) / 50',
    sign: 1,
    warmUp: 15,
    weight: 1,
    measure: ({ motion }) => 2 * motion.strength14() - 1,
  },
  {
    id: 'rsi_slope',
    group: 'momentum',
    norm: 'A',
    formula: `change of RSI14 over ${RSI_SLOPE_BARS} bars / 25`,
    sign: 1,
    warmUp: 15 + RSI_SLOPE_BARS,
    weight: 1,
    measure: ({ motion }) => bounded(4 * motion.strength14Change()),
  },
  {
    id: 'up_ratio_20',
    group: 'momentum',
    norm: 'A',
    formula: '(rising − falling bars) / 20 over 20 bars',
    sign: 1,
    warmUp: 21,
    weight: 1,
    measure: ({ recent }) => windows.riseBalance(recent, 20),
  },
];

const MEAN_REVERSION: readonly SignalPoint[] = [
  {
    id: 'bb_pctb',
    group: 'meanReversion',
    norm: 'A',
    formula: '(C − SMA20) / (2·sd20)',
    sign: -1,
    warmUp: 20,
    weight: 1,
    measure: ({ recent }) => -windows.bandPosition(recent, 20),
  },
  {
    id: 'rsi_2',
    group: 'meanReversion',
    norm: 'A',
    formula: '(RSI2 − 50) / 50',
    sign: -1,
    warmUp: 3,
    weight: 1,
    measure: ({ motion }) => 1 - 2 * motion.strength2(),
  },
  {
    id: 'z_close_48',
    group: 'meanReversion',
    norm: 'T',
    formula: 'z of C against the 48 closes before it (the past of this point is that window)',
    sign: -1,
    warmUp: 49,
    weight: 1,
    measure: ({ recent }) => -windows.closeAgainstPast(recent, 48),
  },
  {
    id: 'vwap_dev',
    group: 'meanReversion',
    norm: 'T',
    formula: `(C − exponential VWAP of span ${FLOW_SPAN_BARS}) / ATR14`,
    sign: -1,
    warmUp: FLOW_SPAN_BARS + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ flow }) => -flow.distance(),
  },
  {
    id: 'wick_reject',
    group: 'meanReversion',
    norm: 'A',
    formula: '(lower − upper wick) / range, mean of 3 bars',
    sign: 1,
    warmUp: 3,
    weight: 1,
    measure: ({ recent }) => windows.wickBalance(recent, 3),
  },
];

const VOLATILITY: readonly SignalPoint[] = [
  {
    id: 'atr_pct',
    group: 'volatility',
    norm: 'P',
    formula: `ATR14 / C, among every ${RANK_STRIDE_BARS}th of its values in the last ${RANK_BARS} bars`,
    sign: -1,
    warmUp: 15 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ trend }) => -trend.rangeRank(),
  },
  {
    id: 'semivol_ratio',
    group: 'volatility',
    norm: 'A',
    formula: `(falling − rising) / (falling + rising) variance over a span of ${Z_SPAN_BARS} bars`,
    sign: -1,
    warmUp: 2 + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ motion }) =>
      bounded(1 - 2 * shareOr(0.5, motion.varianceFalling(), motion.varianceLong())),
  },
  {
    id: 'rv_ratio',
    group: 'volatility',
    norm: 'A',
    formula: `(short − long) / (short + long) variance, spans ${VOLATILITY_SHORT_BARS} and ${Z_SPAN_BARS} bars`,
    sign: 0,
    warmUp: 2 + HISTORY_BARS_MIN,
    weight: 0,
    measure: ({ motion }) => {
      const short = motion.varianceShort();
      return 2 * shareOr(0.5, short, short + motion.varianceLong()) - 1;
    },
  },
];

const VOLUME: readonly SignalPoint[] = [
  {
    id: 'rel_volume',
    group: 'volume',
    norm: 'T',
    formula: `mean volume of span ${FLOW_SPAN_BARS} × sign of the return of 24 bars`,
    sign: 1,
    warmUp: FLOW_SPAN_BARS + HISTORY_BARS_MIN,
    weight: 1,
    measure: ({ recent, flow }) => {
      const change = windows.returnOver(recent, 24);
      if (change === 0) return 0;
      return change > 0 ? flow.volume() : -flow.volume();
    },
  },
  {
    id: 'obv_slope',
    group: 'volume',
    norm: 'A',
    formula: 'correlation of on-balance volume with time over 48 bars',
    sign: 1,
    warmUp: 48,
    weight: 1,
    measure: ({ recent }) => windows.balanceVolumeTrend(recent, 48),
  },
  {
    id: 'mfi_14',
    group: 'volume',
    norm: 'A',
    formula: '(MFI14 − 50) / 50',
    sign: 1,
    warmUp: 15,
    weight: 1,
    measure: ({ recent }) => windows.moneyFlowBalance(recent, 14),
  },
  {
    id: 'cmf_20',
    group: 'volume',
    norm: 'A',
    formula: 'Chaikin money flow of 20 bars',
    sign: 1,
    warmUp: 20,
    weight: 1,
    measure: ({ recent }) => windows.chaikinFlow(recent, 20),
  },
];

/** All data points, in the order of the documentation. */
export const SIGNAL_POINTS: readonly SignalPoint[] = [
  ...TREND,
  ...MOMENTUM,
  ...MEAN_REVERSION,
  ...VOLATILITY,
  ...VOLUME,
];
