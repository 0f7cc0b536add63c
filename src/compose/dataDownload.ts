/** Candles from an exchange into the store, through ccxt's public calls. */
import { createCcxtFeed } from '../adapters/ccxt/feed.ts';
import { TrafficControl } from '../adapters/ccxt/trafficControl.ts';
import { systemClock } from '../adapters/clock/systemClock.ts';
import type { CandleStore } from '../ports/candleStore.ts';
import { download, type DownloadRequest, type SeriesDownload } from '../research/download.ts';
import { SILENT } from './silentLogger.ts';

export interface DownloadOrder extends DownloadRequest {
  readonly onProgress: (text: string, share: number) => void;
  readonly isCancelled: () => boolean;
  /** Where the exchange is reached instead of at its own address, e.g. a simulated one. */
  readonly endpoints?: { readonly http: string; readonly ws: string };
}

/** @throws Error `HISTORY_UNAVAILABLE`; what was fetched before stays. */
export async function fetchInto(
  store: CandleStore,
  { onProgress, isCancelled, endpoints, ...request }: DownloadOrder,
): Promise<SeriesDownload[]> {
  const feed = createCcxtFeed({
    exchangeId: request.exchange,
    testnet: false,
    symbols: [...new Set(request.series.map(({ symbol }) => symbol))],
    logger: SILENT,
    clock: systemClock,
    traffic: new TrafficControl(systemClock),
    ...(endpoints && { endpoints }),
  });
  try {
    return await download({ feed, store }, request, {
      isCancelled,
      onProgress: ({ symbol, timeframe }, share) => {
        onProgress(`${symbol} ${timeframe}`, share);
      },
    });
  } finally {
    await feed.close();
  }
}
