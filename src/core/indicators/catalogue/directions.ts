import { Adx, Dx } from '../adx.ts';
import { Bollinger } from '../bollinger.ts';
import { Ichimoku, Keltner } from '../channels.ts';
import { Donchian } from '../donchian.ts';
import { Aroon, Psar, Supertrend, Vortex } from '../trend.ts';
import { bars, factor, row, SMA_SEED, WILDER_SEED } from './row.ts';

const PERCENT_INDEX = '0 to 100';

export const TRENDS = {
  aroon: row({
    family: 'trend',
    summary: 'Aroon oscillator, −100 to 100',
    params: { length: bars(14) },
    inputs: ['high', 'low'],
    outputs: { value: 'up − down', up: PERCENT_INDEX, down: PERCENT_INDEX },
    formula: 'up = 100·(n − bars since the highest H of n + 1 bars)/n, down from the lowest L',
    source: 'T. Chande, Stocks & Commodities 13:9 (1995); TA-Lib AROON, AROONOSC',
    create: ({ length }) => new Aroon(length),
  }),
  adx: row({
    family: 'trend',
    summary: 'average directional index, 0 to 100',
    params: { length: bars(14) },
    inputs: ['high', 'low', 'close'],
    outputs: { value: 'ADX, 0 to 100', plusDi: '+DI, 0 to 100', minusDi: '−DI, 0 to 100' },
    formula: "Wilder's mean of DX",
    seeding: 'sums over n − 1 changes; ADX with the plain mean of the first n DX (TA-Lib)',
    source: 'J. W. Wilder (1978); TA-Lib ADX, PLUS_DI, MINUS_DI',
    create: ({ length }) => new Adx(length),
  }),
  dx: row({
    family: 'trend',
    summary: 'directional movement index, 0 to 100',
    params: { length: bars(14) },
    inputs: ['high', 'low', 'close'],
    outputs: {
      value: 'DX, 0 to 100; 0 where nothing has moved',
      plusDi: '+DI, 0 to 100',
      minusDi: '−DI, 0 to 100',
    },
    formula: '100·|(+DI) − (−DI)|/((+DI) + (−DI))',
    seeding: 'sums over n − 1 changes (TA-Lib)',
    source: 'J. W. Wilder (1978); TA-Lib DX',
    create: ({ length }) => new Dx(length),
  }),
  vortex: row({
    family: 'trend',
    summary: 'vortex indicator, plus − minus',
    params: { length: bars(14) },
    inputs: ['high', 'low', 'close'],
    outputs: { value: 'plus − minus', plus: 'VI+, from 0', minus: 'VI−, from 0' },
    formula: 'plus = Σ|H − L₋₁|/Σ true range, minus = Σ|L − H₋₁|/Σ true range',
    source: 'E. Botes and D. Siepman, Stocks & Commodities 28:1 (2010)',
    create: ({ length }) => new Vortex(length),
  }),
  psar: row({
    family: 'trend',
    summary: 'parabolic stop and reverse',
    params: {
      step: factor(0.02, { min: 0.0001, max: 1 }, 'first acceleration, and its growth'),
      max: factor(0.2, { min: 0.0001, max: 1 }, 'largest acceleration'),
    },
    inputs: ['high', 'low'],
    outputs: { value: 'price of the stop', direction: '1 up, −1 down' },
    formula: 'S += a·(extreme − S), never inside the last two bars; reversed when reached',
    seeding: 'down when the first move down was the larger one, up otherwise (TA-Lib)',
    source: 'J. W. Wilder (1978); TA-Lib SAR',
    create: (params) => new Psar(params),
  }),
  supertrend: row({
    family: 'trend',
    summary: 'supertrend line',
    params: {
      length: bars(10, 'look-back of the average true range'),
      multiple: factor(3, { min: 0.01, max: 1000 }, 'distance in average true ranges'),
    },
    inputs: ['high', 'low', 'close'],
    outputs: { value: 'price of the line', direction: '1 up, −1 down' },
    formula: '(H + L)/2 ∓ multiple·ATR(n), moved only towards the market until a close is beyond',
    seeding: "ATR as TA-Lib's; the direction begins down",
    source: 'O. Seban; bands and first direction as TradingView',
    create: (params) => new Supertrend(params),
  }),
  ichimoku: row({
    family: 'trend',
    summary: 'Ichimoku conversion line',
    params: {
      conversion: bars(9, 'conversion line'),
      base: bars(26, 'base line'),
      span: bars(52, 'slow side of the cloud'),
      displacement: bars(26, 'how far ahead the cloud is drawn, the current bar counted', 2),
    },
    inputs: ['high', 'low'],
    outputs: {
      value: 'conversion line',
      base: 'base line',
      spanA: 'fast side of the cloud over this bar',
      spanB: 'slow side of the cloud over this bar',
      leadA: 'fast side of the cloud drawn ahead now',
      leadB: 'slow side of the cloud drawn ahead now',
    },
    formula:
      'M(n) = (highest H + lowest L)/2; leadA = (M(conversion) + M(base))/2, leadB = M(span)',
    source: 'G. Hosoda (1969)',
    create: (params) => new Ichimoku(params),
  }),
};

export const CHANNELS = {
  donchian: row({
    family: 'channel',
    summary: 'Donchian channel, its middle',
    params: { length: bars(20) },
    inputs: ['high', 'low'],
    outputs: { value: 'middle', upper: 'highest high', lower: 'lowest low' },
    formula: 'upper = highest H of n bars, lower = lowest L, this bar included',
    source: 'R. Donchian; definition',
    create: ({ length }) => new Donchian(length),
  }),
  keltner: row({
    family: 'channel',
    summary: 'Keltner channel, its middle',
    params: {
      length: bars(20, 'look-back of the middle'),
      range: bars(10, 'look-back of the average true range'),
      multiple: factor(2, { min: 0.01, max: 1000 }, 'half-width in average true ranges'),
    },
    inputs: ['high', 'low', 'close'],
    outputs: { value: 'middle', upper: 'upper line', lower: 'lower line' },
    formula: 'EMA(n) of C ± multiple·ATR(range)',
    seeding: `EMA: ${SMA_SEED}; ATR: ${WILDER_SEED}`,
    source: 'C. Keltner (1960), in the form of L. Raschke',
    create: (params) => new Keltner(params),
  }),
  bollinger: row({
    family: 'channel',
    summary: 'Bollinger bands, the middle one',
    params: {
      length: bars(20),
      deviations: factor(2, { min: 0.01, max: 100 }, 'half-width in standard deviations'),
    },
    inputs: ['close'],
    outputs: {
      value: 'middle band',
      upper: 'upper band',
      lower: 'lower band',
      percentB: 'place of the close, 0 at the lower band, 1 at the upper',
      bandwidth: '(upper − lower)/middle, a fraction',
    },
    formula: 'mean of n C ± deviations·σ, divisor n',
    source: 'J. Bollinger, Bollinger on Bollinger Bands (2001); TA-Lib BBANDS',
    create: ({ length, deviations }) => new Bollinger(length, deviations),
  }),
};
