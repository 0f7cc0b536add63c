/** Every indicator with its usual parameters: what the documentation lists and the contract suite runs over. */
import type { Indicator } from './contract.ts';
import { Adx } from './adx.ts';
import { Atr } from './atr.ts';
import { Bollinger } from './bollinger.ts';
import { Cmf } from './cmf.ts';
import { Donchian } from './donchian.ts';
import { Ema } from './ema.ts';
import { LibraryIndicator } from './library.ts';
import { Macd } from './macd.ts';
import { Mfi } from './mfi.ts';
import { Momentum } from './momentum.ts';
import { Obv } from './obv.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';
import { StandardDeviation } from './standardDeviation.ts';
import { Stochastic } from './stochastic.ts';
import { Vwap } from './vwap.ts';

/** One indicator of the catalogue. */
export interface IndicatorEntry {
  /** Short name with its parameters, e.g. `ema(20)`. */
  readonly name: string;
  /** What `value` is. */
  readonly summary: string;
  create(): Indicator;
}

export const INDICATORS: readonly IndicatorEntry[] = [
  { name: 'sma(20)', summary: 'simple moving average', create: () => new Sma(20) },
  { name: 'ema(20)', summary: 'exponential moving average', create: () => new Ema(20) },
  { name: 'wma(20)', summary: 'linearly weighted average', create: () => LibraryIndicator.wma(20) },
  { name: 'rsi(14)', summary: 'relative strength index', create: () => new Rsi(14) },
  {
    name: 'macd(12, 26, 9)',
    summary: 'MACD line; also signal and histogram',
    create: () => new Macd({ fast: 12, slow: 26, signal: 9 }),
  },
  { name: 'atr(14)', summary: 'average true range', create: () => new Atr(14) },
  {
    name: 'bollinger(20, 2)',
    summary: 'middle band; also upper, lower, percentB and bandwidth',
    create: () => new Bollinger(20, 2),
  },
  {
    name: 'adx(14)',
    summary: 'average directional index; also plusDi and minusDi',
    create: () => new Adx(14),
  },
  {
    name: 'donchian(20)',
    summary: 'middle of the channel; also upper and lower',
    create: () => new Donchian(20),
  },
  {
    name: 'stochastic(14, 3, 3)',
    summary: 'slow %K; also d',
    create: () => new Stochastic({ range: 14, slowing: 3, d: 3 }),
  },
  { name: 'obv', summary: 'on-balance volume', create: () => new Obv() },
  { name: 'mfi(14)', summary: 'money flow index', create: () => new Mfi(14) },
  { name: 'cmf(20)', summary: 'Chaikin money flow', create: () => new Cmf(20) },
  {
    name: 'vwap(24)',
    summary: 'volume-weighted average price, rolling',
    create: () => new Vwap(24),
  },
  {
    name: 'standardDeviation(20)',
    summary: 'standard deviation; also variance',
    create: () => new StandardDeviation(20),
  },
  {
    name: 'momentum(10)',
    summary: 'change of the close; also rate in percent',
    create: () => new Momentum(10),
  },
  {
    name: 'williamsR(14)',
    summary: 'Williams %R',
    create: () => LibraryIndicator.williamsR(14),
  },
  { name: 'cci(20)', summary: 'commodity channel index', create: () => LibraryIndicator.cci(20) },
  {
    name: 'awesomeOscillator(5, 34)',
    summary: 'awesome oscillator',
    create: () => LibraryIndicator.awesomeOscillator(5, 34),
  },
];
