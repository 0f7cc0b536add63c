import { Fractals, HeikinAshi } from '../candles.ts';
import { Cmf } from '../cmf.ts';
import { Engulfing } from '../engulfing.ts';
import { Mfi } from '../mfi.ts';
import { Obv } from '../obv.ts';
import { PivotPoints, SessionVwap } from '../sessions.ts';
import { Adl, ChaikinOscillator, EaseOfMovement, ForceIndex, VolumeOscillator } from '../volume.ts';
import { Vwap } from '../vwap.ts';
import { bars, CHAIN_SEED, factor, minutes, row, SMA_SEED } from './row.ts';

const HLCV = ['high', 'low', 'close', 'volume'] as const;
const SESSION = {
  session: minutes(1440, 'session, from midnight UTC'),
  bar: minutes(60, 'length of the bars it is given'),
};

export const VOLUMES = {
  obv: row({
    family: 'volume',
    summary: 'on-balance volume',
    params: {},
    inputs: ['close', 'volume'],
    outputs: { value: 'base units; only changes mean something' },
    formula: 'total of V·sign(C − C₋₁)',
    seeding: "the first bar's volume counts as risen (TA-Lib); never forgets",
    source: 'J. Granville (1963); TA-Lib OBV',
    create: () => new Obv(),
  }),
  mfi: row({
    family: 'volume',
    summary: 'money flow index, 0 to 100',
    params: { length: bars(14) },
    inputs: HLCV,
    outputs: { value: '0 to 100; 50 without any flow' },
    formula: '100·Σ rising T·V/(Σ rising + Σ falling T·V), T = (H + L + C)/3, over n changes',
    source: 'G. Quong and A. Soudack, Stocks & Commodities 7:3 (1989); TA-Lib MFI',
    create: ({ length }) => new Mfi(length),
  }),
  cmf: row({
    family: 'volume',
    summary: 'Chaikin money flow, −1 to 1',
    params: { length: bars(20) },
    inputs: HLCV,
    outputs: { value: '−1 to 1; 0 without volume' },
    formula: 'Σ((C − L) − (H − C))/(H − L)·V/Σ V over n',
    source: 'M. Chaikin; definition',
    create: ({ length }) => new Cmf(length),
  }),
  adl: row({
    family: 'volume',
    summary: 'accumulation/distribution line',
    params: {},
    inputs: HLCV,
    outputs: { value: 'base units; only changes mean something' },
    formula: 'total of ((C − L) − (H − C))/(H − L)·V',
    seeding: 'from 0 with the first bar (TA-Lib); never forgets',
    source: 'M. Chaikin; TA-Lib AD',
    create: () => new Adl(),
  }),
  chaikin_osc: row({
    family: 'volume',
    summary: 'Chaikin oscillator',
    params: { fast: bars(3, 'fast average'), slow: bars(10, 'slow average', 2) },
    inputs: HLCV,
    outputs: { value: 'base units' },
    formula: 'EMA(fast) − EMA(slow) of the accumulation/distribution line',
    seeding: "both EMAs with the line's first value (TA-Lib)",
    source: 'M. Chaikin; TA-Lib ADOSC',
    create: ({ fast, slow }) => new ChaikinOscillator(fast, slow),
  }),
  vwap_rolling: row({
    family: 'volume',
    summary: 'volume-weighted average price over a rolling window',
    params: { length: bars(24) },
    inputs: HLCV,
    outputs: { value: 'price' },
    formula: 'Σ T·V/Σ V over n, T = (H + L + C)/3; the last T without volume',
    source: 'definition',
    create: ({ length }) => new Vwap(length),
  }),
  force_index: row({
    family: 'volume',
    summary: 'force index',
    params: { length: bars(13) },
    inputs: ['close', 'volume'],
    outputs: { value: 'quote units' },
    formula: 'EMA(n) of (C − C₋₁)·V',
    seeding: SMA_SEED,
    source: 'A. Elder, Trading for a Living (1993)',
    create: ({ length }) => new ForceIndex(length),
  }),
  ease_of_movement: row({
    family: 'volume',
    summary: 'ease of movement',
    params: {
      length: bars(14),
      scale: factor(1, { min: 1e-9, max: 1e15 }, 'volume that counts as one'),
    },
    inputs: ['high', 'low', 'volume'],
    outputs: { value: 'price² per volume' },
    formula: 'mean over n of ΔM·(H − L)·scale/V, M = (H + L)/2; 0 for a bar without volume',
    source: 'R. Arms; definition',
    create: (params) => new EaseOfMovement(params),
  }),
  volume_osc: row({
    family: 'volume',
    summary: 'volume oscillator, percent',
    params: { fast: bars(5, 'fast average'), slow: bars(10, 'slow average', 2) },
    inputs: ['volume'],
    outputs: { value: 'percent; 0 without volume' },
    formula: '100·(EMA(fast) − EMA(slow))/EMA(slow) of V',
    seeding: CHAIN_SEED,
    source: 'definition',
    create: ({ fast, slow }) => new VolumeOscillator(fast, slow),
  }),
};

export const SESSIONS = {
  vwap: row({
    family: 'session',
    summary: 'volume-weighted average price since the session began',
    params: SESSION,
    inputs: ['openTime', ...HLCV],
    outputs: { value: 'price' },
    formula: 'Σ T·V/Σ V since the session began, T = (H + L + C)/3; the last T without volume',
    source: 'definition',
    create: (params) => new SessionVwap(params),
  }),
  pivots: row({
    family: 'session',
    summary: 'floor pivot of the session before',
    params: SESSION,
    inputs: ['openTime', 'high', 'low', 'close'],
    outputs: {
      value: 'pivot P',
      r1: 'first resistance',
      r2: 'second resistance',
      r3: 'third resistance',
      s1: 'first support',
      s2: 'second support',
      s3: 'third support',
    },
    formula:
      'P = (H + L + C)/3; 2P − L, P + (H − L), H + 2(P − L); 2P − H, P − (H − L), L − 2(H − P)',
    source: 'floor traders; definition',
    create: (params) => new PivotPoints(params),
  }),
};

export const SHAPES = {
  heikin_ashi: row({
    family: 'shape',
    summary: 'Heikin-Ashi close',
    params: {},
    inputs: ['open', 'high', 'low', 'close'],
    outputs: { value: 'close', open: 'open', high: 'high', low: 'low' },
    formula:
      'close = (O + H + L + C)/4, open = middle of the body before, high and low reach to both',
    seeding: 'the first open is (O + C)/2',
    source: 'D. Valcu, Stocks & Commodities 22:2 (2004)',
    create: () => new HeikinAshi(),
  }),
  fractals: row({
    family: 'shape',
    summary: 'fractal known with this bar: 1 a top, −1 a bottom',
    params: { wing: { ...bars(2, 'bars on each side'), max: 1000 } },
    inputs: ['high', 'low'],
    outputs: {
      value: 'top − bottom',
      top: '1 when a top became known, 0 otherwise',
      bottom: '1 when a bottom became known, 0 otherwise',
      high: 'price of the last top',
      low: 'price of the last bottom',
    },
    formula: 'H above, or L below, those of n bars on both sides; known n bars later',
    seeding: 'before the first one: highest and lowest of the 2n + 1 bars looked at',
    source: 'B. Williams, Trading Chaos (1995)',
    create: ({ wing }) => new Fractals(wing),
  }),
  engulfing: row({
    family: 'shape',
    summary: 'engulfing bars: 1 rising, −1 falling, 0 none',
    params: {},
    inputs: ['open', 'high', 'low', 'close'],
    outputs: { value: '1, −1 or 0' },
    formula: 'body beyond both ends of the opposite body before it, strictly',
    source: 'technicalindicators 3.1.0',
    create: () => new Engulfing(),
  }),
};
