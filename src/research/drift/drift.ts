/** A recorded period and its backtest: found, run, compared. */
import { ZERO } from '../../core/domain/decimal.ts';
import type { SeriesKey } from '../../core/domain/market.ts';
import type { AttributedFill } from '../../core/domain/position.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { EngineState } from '../../core/engine/state.ts';
import type { PlayParts } from '../barPlayer.ts';
import type { MakeStrategy } from '../replay.ts';
import { compareRuns, type DriftComparison } from './compare.ts';
import { beginningOf, fillName, lengthsOf, periodFrom, type RecordedRun } from './recorded.ts';
import { asBacktest, playShadow } from './shadow.ts';
import { BarBook, type TapedSeries } from './tape.ts';

export interface DriftRequest {
  /** Oldest first. */
  readonly runs: readonly RecordedRun[];
  readonly make: MakeStrategy;
  readonly fromMs: Millis;
  readonly toMs: Millis;
  /** Of the backtest, as a fraction. */
  readonly slippage: number;
  /** The exchange model over the engine as it stood. */
  readonly wire: (state: EngineState) => Promise<PlayParts>;
  /** The backtest's bars of these series, and finer ones; absent: the recorded ones. */
  readonly data?: (wanted: readonly SeriesKey[]) => readonly TapedSeries[];
  /** Fills of the books from then until before then: what no recording has is told apart. Absent: not looked at. */
  readonly booked?: (from: Millis, to: Millis) => readonly AttributedFill[];
}

export interface DriftResult extends DriftComparison {
  /** What was compared: from the close at which the backtest took over to the last one. */
  readonly from: Millis;
  readonly to: Millis;
  /** Switches and sales of the operator, which the backtest made too. */
  readonly operatorActs: number;
  /** Bars of the finest series of every market. */
  readonly bars: number;
  /** Fills that are in the books and in no recording. */
  readonly unrecorded: readonly AttributedFill[];
}

/** @throws Error `DRIFT_NO_BEGINNING` when there is no moment in the period from which a backtest can go on. */
export async function drift(request: DriftRequest): Promise<DriftResult> {
  const { runs, make, fromMs, toMs, slippage, wire, booked = () => [] } = request;
  const beginning = beginningOf(runs, make, fromMs);
  if (!beginning || beginning.at >= toMs)
    throw new Error(
      'DRIFT_NO_BEGINNING: no recording of that time has a moment at which it was armed, on fresh data, with no order on its way',
    );
  const { state, at: from } = beginning;
  const data = request.data?.(wantedOf(state));
  const lengths = lengthsOf(state, data);
  const lots = new Map([...state.markets].map(([of, { instrument }]) => [of, instrument.lotSize]));
  const period = periodFrom(runs, make, beginning, { toMs, lengths });
  const series = data ?? period.series;
  const seen = new BarBook(period.series);
  const given = data ? new BarBook(data) : seen;
  const to = given.lastClose(Math.min(toMs, period.end));
  // The engine that the first walk has left at the beginning is the backtest's; the second walk had one of its own.
  const parts = await wire(asBacktest(state, from));
  const backtest = playShadow(parts, { fromMs: from, toMs: to, series, given: period.given });
  const comparison = compareRuns({
    ...{ backtest, slippage, live: period.trace, outages: period.outages, toMs: to },
    bar: (symbol, openTime) => given.at(symbol, openTime),
    range: period.range,
    differingBars: (symbol, upTo) => (data ? given.unlike(seen, symbol, { from, to: upTo }) : []),
    lengthMs: (symbol) => lengths.get(symbol) ?? 1,
    lotSize: (symbol) => lots.get(symbol) ?? ZERO,
  });
  return {
    ...{ ...comparison, from, to },
    operatorActs: period.given.filter(({ event, after }) => event.kind === 'control' && after < to)
      .length,
    bars: given.count(from, to),
    unrecorded: booked(from, to).filter(({ fill }) => !period.recorded.has(fillName(fill))),
  };
}

function wantedOf({ markets }: EngineState): SeriesKey[] {
  return [...markets.values()].flatMap(({ series }) =>
    [...series.values()].map(({ series: { key } }) => key),
  );
}
