/** The signal engine's readings, for people. */
import type { SignalReading } from '../core/domain/signal.ts';
import type { EngineState } from '../core/engine/state.ts';

export interface SeriesReading {
  readonly symbol: string;
  readonly timeframe: string;
  readonly reading: SignalReading;
}

/** One market's series, or all; empty for a market nobody trades. */
export function readSignals(state: EngineState, symbol?: string): SeriesReading[] {
  const markets = [...state.markets.values()].filter(
    ({ instrument }) => symbol === undefined || instrument.symbol === symbol,
  );
  return markets.flatMap((market) =>
    [...market.series.values()].map(({ series, signals }) => ({
      ...series.key,
      reading: signals.read(),
    })),
  );
}
