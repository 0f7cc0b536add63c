/**
 * The streaming classes of two other packages for the same indicators with the same parameters, by the catalogue's names: the
 * class, what it is made with, and whether it is fed closes or bars.
 */

/** A class, its constructor's arguments, and what it is fed. */
export type Rival = readonly [string, readonly unknown[], 'close' | 'bar'];

/** What technicalindicators' classes take before their own parameters: no past. */
const values = { values: [] };
const series = { open: [], high: [], low: [], close: [], volume: [], timestamp: [] };
const convergence = { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 };
const exponential = { SimpleMAOscillator: false, SimpleMASignal: false };
const lines = { conversionPeriod: 9, basePeriod: 26, spanPeriod: 52, displacement: 26 };

export const TECHNICAL_INDICATORS: Readonly<Record<string, Rival>> = {
  sma: ['SMA', [{ period: 20, ...values }], 'close'],
  ema: ['EMA', [{ period: 20, ...values }], 'close'],
  rsi: ['RSI', [{ period: 14, ...values }], 'close'],
  macd: ['MACD', [{ ...convergence, ...exponential, ...values }], 'close'],
  bollinger: ['BollingerBands', [{ period: 20, stdDev: 2, ...values }], 'close'],
  atr: ['ATR', [{ period: 14, ...series }], 'bar'],
  adx: ['ADX', [{ period: 14, ...series }], 'bar'],
  stochastic: ['Stochastic', [{ period: 14, signalPeriod: 3, ...series }], 'bar'],
  wma: ['WMA', [{ period: 20, ...values }], 'close'],
  rma: ['WEMA', [{ period: 14, ...values }], 'close'],
  cci: ['CCI', [{ period: 20, ...series }], 'bar'],
  roc: ['ROC', [{ period: 10, ...values }], 'close'],
  williams_r: ['WilliamsR', [{ period: 14, ...series }], 'bar'],
  trix: ['TRIX', [{ period: 15, ...values }], 'close'],
  awesome: ['AwesomeOscillator', [{ fastPeriod: 5, slowPeriod: 34, ...series }], 'bar'],
  stoch_rsi: [
    'StochasticRSI',
    [{ rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3, ...values }],
    'close',
  ],
  psar: ['PSAR', [{ step: 0.02, max: 0.2, ...series }], 'bar'],
  ichimoku: ['IchimokuCloud', [{ ...lines, ...series }], 'bar'],
  keltner: [
    'KeltnerChannels',
    [{ maPeriod: 20, atrPeriod: 10, multiplier: 2, useSMA: false, ...series }],
    'bar',
  ],
  std_dev: ['SD', [{ period: 20, ...values }], 'close'],
  true_range: ['TrueRange', [series], 'bar'],
  obv: ['OBV', [series], 'bar'],
  mfi: ['MFI', [{ period: 14, ...series }], 'bar'],
  adl: ['ADL', [series], 'bar'],
  force_index: ['ForceIndex', [{ period: 13, ...series }], 'bar'],
};

export const TRADING_SIGNALS: Readonly<Record<string, Rival>> = {
  sma: ['SMA', [20], 'close'],
  ema: ['EMA', [20], 'close'],
  rsi: ['RSI', [14], 'close'],
  bollinger: ['BollingerBands', [20, 2], 'close'],
  atr: ['ATR', [14], 'bar'],
  adx: ['ADX', [14], 'bar'],
  stochastic: ['StochasticOscillator', [{ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }], 'bar'],
  wma: ['WMA', [20], 'close'],
  dema: ['DEMA', [20], 'close'],
  tema: ['TEMA', [20], 'close'],
  t3: ['T3', [5, 0.7], 'close'],
  hma: ['HMA', [20], 'close'],
  zlema: ['ZLEMA', [20], 'close'],
  rma: ['RMA', [14], 'close'],
  alma: ['ALMA', [9, 0.85, 6], 'close'],
  trima: ['TRIMA', [20], 'close'],
  cci: ['CCI', [20], 'bar'],
  roc: ['ROC', [10], 'close'],
  momentum: ['MOM', [10], 'close'],
  williams_r: ['WilliamsR', [14], 'bar'],
  trix: ['TRIX', [15], 'close'],
  awesome: ['AO', [5, 34], 'bar'],
  cmo: ['CMO', [14], 'close'],
  dpo: ['DPO', [20], 'close'],
  aroon: ['Aroon', [14], 'bar'],
  dx: ['DX', [14], 'bar'],
  vortex: ['VortexIndicator', [14], 'bar'],
  psar: ['PSAR', [{ accelerationMax: 0.2, accelerationStep: 0.02 }], 'bar'],
  supertrend: ['SuperTrend', [{ interval: 10, multiplier: 3 }], 'bar'],
  donchian: ['DonchianChannels', [20], 'bar'],
  keltner: ['KeltnerChannels', [{ atrInterval: 10, emaInterval: 20, multiplier: 2 }], 'bar'],
  natr: ['NATR', [14], 'bar'],
  true_range: ['TR', [], 'bar'],
  choppiness: ['CHOP', [14], 'bar'],
  linreg: ['LinearRegression', [14], 'close'],
  obv: ['OBV', [20], 'bar'],
  mfi: ['MFI', [14], 'bar'],
  cmf: ['CMF', [20], 'bar'],
  adl: ['AD', [], 'bar'],
  chaikin_osc: ['ADOSC', [{ fastPeriod: 3, slowPeriod: 10 }], 'bar'],
  vwma: ['VWMA', [20], 'bar'],
  force_index: ['ForceIndex', [13], 'bar'],
};
