import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createCandleStore } from '../../../src/adapters/candles/candleStore.ts';
import { marketSymbol } from '../../../src/core/domain/ids.ts';
import type { Bar, SeriesKey } from '../../../src/core/domain/market.ts';
import type { MarketFeed } from '../../../src/ports/marketFeed.ts';
import { download, type DownloadHooks } from '../../../src/research/download.ts';
import { temporaryFolder } from '../../builders/books.ts';

const folders: { dispose(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.dispose();
});

const HOUR = 3_600_000;
const T0 = Date.UTC(2024, 0, 1);
const BTC: SeriesKey = { symbol: marketSymbol('BTC/USDT'), timeframe: '1h' };

type Query = Parameters<MarketFeed['history']>[1];

/** An exchange with a bar for every hour but these, which answers at most so many at once. */
class HourlyExchange {
  readonly queries: Query[] = [];
  readonly missing = new Set<number>();
  failAfter = Infinity;

  history = (_key: SeriesKey, query: Query): Promise<readonly Bar[]> => {
    this.queries.push(query);
    if (this.queries.length > this.failAfter)
      return Promise.reject(new Error('HISTORY_UNAVAILABLE: down'));
    const bars: Bar[] = [];
    const { from = 0, to = Infinity, limit } = query;
    for (let at = from; at < to && bars.length < limit; at += HOUR) {
      const hour = (at - T0) / HOUR;
      if (this.missing.has(hour)) continue;
      bars.push({ openTime: at, open: 1, high: 2, low: 1, close: 1 + hour / 1e6, volume: hour });
    }
    return Promise.resolve(bars);
  };
}

function aDownload(exchange: HourlyExchange): {
  readonly store: ReturnType<typeof createCandleStore>;
  readonly run: (
    hours: number,
    hooks?: Partial<DownloadHooks>,
    from?: number,
  ) => ReturnType<typeof download>;
} {
  const folder = temporaryFolder();
  folders.push(folder);
  const store = createCandleStore(join(folder.path, 'candles'));
  return {
    store,
    run: (hours, hooks = {}, from = 0) =>
      download(
        { feed: exchange, store },
        { exchange: 'test', series: [BTC], fromMs: T0 + from * HOUR, toMs: T0 + hours * HOUR },
        { onProgress: () => undefined, isCancelled: () => false, ...hooks },
      ),
  };
}

describe('a download', () => {
  it('fetches a span in batches, tells how far it is, and lists what the exchange does not have', async () => {
    const exchange = new HourlyExchange();
    for (const hour of [7, 8, 9_000]) exchange.missing.add(hour);
    const { run } = aDownload(exchange);
    const shares: number[] = [];
    const [done] = await run(12_000, { onProgress: (_series, share) => shares.push(share) });
    expect(done).toMatchObject({ added: 11_997, known: 0, bars: 11_997, differing: [] });
    expect(done?.gaps).toEqual([
      { from: T0 + 7 * HOUR, bars: 2 },
      { from: T0 + 9_000 * HOUR, bars: 1 },
    ]);
    expect(exchange.queries.map(({ limit }) => limit)).toEqual([5_000, 5_000, 5_000]);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('asks again only for what is not there: before, in the gaps and behind', async () => {
    const exchange = new HourlyExchange();
    exchange.missing.add(50);
    const { run } = aDownload(exchange);
    await run(100, {}, 20);
    exchange.missing.clear();
    exchange.queries.length = 0;
    const [done] = await run(130);
    expect(done).toMatchObject({ added: 51, gaps: [] });
    expect(
      exchange.queries.map(({ from, to }) => [from, to].map((at) => ((at ?? 0) - T0) / HOUR)),
    ).toEqual([
      [0, 20],
      [50, 51],
      [100, 130],
    ]);
    exchange.queries.length = 0;
    await run(130);
    expect(exchange.queries).toEqual([]);
  });

  it('keeps what it has when the exchange fails or it is cancelled, and goes on from there', async () => {
    const exchange = new HourlyExchange();
    const { run, store } = aDownload(exchange);
    exchange.failAfter = 1;
    await expect(run(12_000)).rejects.toThrow('HISTORY_UNAVAILABLE');
    expect(store.list()).toMatchObject([{ bars: 5_000 }]);
    exchange.failAfter = Infinity;
    const [cut] = await run(12_000, { isCancelled: () => exchange.queries.length >= 3 });
    expect(cut).toMatchObject({ isCancelled: true, bars: 10_000 });
    const [whole] = await run(12_000);
    expect(whole).toMatchObject({ added: 2_000, bars: 12_000, isCancelled: false });
  });

  it('goes on behind a hole longer than a batch', async () => {
    const exchange = new HourlyExchange();
    for (let hour = 10; hour < 7_000; hour += 1) exchange.missing.add(hour);
    const asked = exchange.history;
    // Some exchanges answer from the time asked for alone, and with nothing where there is nothing.
    exchange.history = (key, query) =>
      asked(key, {
        ...query,
        to: Math.min(query.to ?? Infinity, (query.from ?? 0) + query.limit * HOUR),
      });
    const [done] = await aDownload(exchange).run(8_000);
    expect(done).toMatchObject({ bars: 1_010, gaps: [{ from: T0 + 10 * HOUR, bars: 6_990 }] });
  });
});
