/** Past candles from an exchange into the store: goes on where it stopped, and says what is missing. */
import { columnsOf, gapsIn, type Gap } from '../core/domain/barColumns.ts';
import type { SeriesKey } from '../core/domain/market.ts';
import { timeframeMs, type Millis } from '../core/domain/time.ts';
import type { CandleStore, StoreResult } from '../ports/candleStore.ts';
import type { MarketFeed } from '../ports/marketFeed.ts';

/** Bars fetched and written at a time: what a kill costs at most. */
const BATCH_BARS = 5_000;

export interface DownloadRequest {
  /** Name the candles are stored under. */
  readonly exchange: string;
  readonly series: readonly SeriesKey[];
  /** Opening times: from inclusive, to exclusive. */
  readonly fromMs: Millis;
  readonly toMs: Millis;
}

export interface DownloadHooks {
  /** Share in [0, 1] of a series. */
  readonly onProgress: (series: SeriesKey, share: number) => void;
  /** Asked between batches; what is there stays. */
  readonly isCancelled: () => boolean;
}

export interface SeriesDownload extends StoreResult {
  readonly series: SeriesKey;
  /** Bars in the store now, of the time asked for. */
  readonly bars: number;
  /** What the exchange does not have, and what was not reached when it was cancelled. */
  readonly gaps: readonly Gap[];
  readonly isCancelled: boolean;
}

/** @throws Error `HISTORY_UNAVAILABLE` of the feed, `DATA_CORRUPT` of the store; what was fetched before stays. */
export async function download(
  parts: { readonly feed: Pick<MarketFeed, 'history'>; readonly store: CandleStore },
  request: DownloadRequest,
  hooks: DownloadHooks,
): Promise<SeriesDownload[]> {
  const done: SeriesDownload[] = [];
  for (const series of request.series) {
    if (hooks.isCancelled()) break;
    done.push(await downloadSeries(parts, request, series, hooks));
  }
  return done;
}

async function downloadSeries(
  { feed, store }: Parameters<typeof download>[0],
  { exchange, fromMs, toMs }: DownloadRequest,
  series: SeriesKey,
  hooks: DownloadHooks,
): Promise<SeriesDownload> {
  const name = { exchange, ...series };
  const total = { added: 0, known: 0, differing: [] as StoreResult['differing'][number][] };
  const span = { from: fromMs, to: toMs };
  for (const hole of holesIn(store.read(name, span).openTime, series, span)) {
    for (let cursor = hole.from; cursor < hole.to && !hooks.isCancelled();) {
      const bars = await feed.history(series, { from: cursor, to: hole.to, limit: BATCH_BARS });
      const wrote = store.write(name, columnsOf(bars));
      total.added += wrote.added;
      total.known += wrote.known;
      total.differing.push(...wrote.differing);
      const last = bars.at(-1);
      // An exchange that was down for long may answer a whole batch with nothing, and have bars behind it.
      cursor = last
        ? last.openTime + timeframeMs(series.timeframe)
        : cursor + BATCH_BARS * timeframeMs(series.timeframe);
      hooks.onProgress(series, Math.min(1, (cursor - fromMs) / (toMs - fromMs)));
    }
  }
  const { openTime } = store.read(name, span);
  return {
    ...{ series, ...total, bars: openTime.length, isCancelled: hooks.isCancelled() },
    gaps: gapsIn(openTime, timeframeMs(series.timeframe)),
  };
}

interface Hole {
  readonly from: Millis;
  readonly to: Millis;
}

/** What is not stored of a span: before the first bar, in the gaps, behind the last. */
function holesIn(
  openTime: Float64Array,
  { timeframe }: SeriesKey,
  { from, to }: Hole,
): readonly Hole[] {
  const lengthMs = timeframeMs(timeframe);
  const [first, last] = [openTime[0], openTime.at(-1)];
  if (first === undefined || last === undefined) return [{ from, to }];
  const gaps = gapsIn(openTime, lengthMs).map((gap) => ({
    from: gap.from,
    to: gap.from + gap.bars * lengthMs,
  }));
  const around = [{ from, to: first }, ...gaps, { from: last + lengthMs, to }];
  return around.filter((hole) => hole.to - hole.from >= lengthMs);
}
