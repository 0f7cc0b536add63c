import type { Millis } from './time.ts';

/** One data point of a score: its normalised value and what it added. */
export interface Contribution {
  /** Id in the catalogue, e.g. `ema_12_26`. */
  readonly id: string;
  readonly group: 'trend' | 'momentum' | 'meanReversion' | 'volatility' | 'volume';
  /** Normalised, oriented value in [−1, 1]; positive is bullish. */
  readonly value: number;
  /** Share of the score, signed; the contributions sum to the score. */
  readonly contribution: number;
}

/** The signal engine's reading of one series at its last completed bar. */
export interface SignalReading {
  /** Market time of the bar's end. */
  readonly at: Millis;
  /** In [−1, 1]; positive is bullish. 0 when nothing is available. */
  readonly score: number;
  /** Share of data points that are warm, in [0, 1]. */
  readonly coverage: number;
  /** All available contributions, largest magnitude first. */
  readonly contributions: readonly Contribution[];
}
