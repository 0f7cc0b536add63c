/** Candles on disk: fetched from an exchange, read from files, listed, checked, and given out again. */
import { join } from 'node:path';
import { createCandleStore } from '../adapters/candles/candleStore.ts';
import { writeCandleFile } from '../adapters/history/writeCandleFile.ts';
import type { Timeframe } from '../core/domain/time.ts';
import { wholeAggregates } from '../core/market/aggregate.ts';
import type {
  SeriesName,
  Span,
  StoredSeries,
  StoreFinding,
  StoreResult,
} from '../ports/candleStore.ts';
import type { SeriesDownload } from '../research/download.ts';
import type { ConfigChoice } from './backtestAccount.ts';
import { fetchInto, type DownloadOrder } from './dataDownload.ts';
import { dataDirOf } from './dataDir.ts';
import { importFile, type Imported, type ImportRequest } from './dataImport.ts';

export interface DataFolder {
  readonly folder: string;
  list(): StoredSeries[];
  verify(): StoreFinding[];
  /** @throws Error `DATA_…` of the file; `DATA_INVALID` when neither file nor request name the market. */
  importFile(request: ImportRequest): Imported;
  /** @throws Error `HISTORY_UNAVAILABLE`; what was fetched before stays. */
  download(order: DownloadOrder): Promise<SeriesDownload[]>;
  /** Longer bars of a stored series, stored too; a part at either end is left out. */
  resample(name: SeriesName, timeframe: Timeframe): StoreResult;
  /** Writes a span as CSV, gzipped when the name ends so. @throws Error `DATA_MISSING` when there is nothing of it. */
  exportCsv(name: SeriesName, span: Span, file: string): { readonly bars: number };
}

/** The folder of a configuration's `data_dir`; of the default one when there is no configuration. @throws Error `CONFIG_INVALID` */
export function openData(choice: ConfigChoice): DataFolder {
  const folder = join(dataDirOf(choice), 'candles');
  const store = createCandleStore(folder);
  return {
    folder,
    list: () => store.list(),
    verify: () => store.verify(),
    importFile: (request) => importFile(store, request),
    download: (order) => fetchInto(store, order),
    resample: (name, timeframe) => {
      const bars = store.read(name);
      return store.write({ ...name, timeframe }, wholeAggregates(bars, name.timeframe, timeframe));
    },
    exportCsv: (name, span, file) => {
      const bars = store.read(name, span);
      if (bars.openTime.length === 0)
        throw new Error(
          `DATA_MISSING: nothing is stored of ${name.exchange} ${name.symbol} ${name.timeframe} in that time`,
        );
      writeCandleFile(file, bars);
      return { bars: bars.openTime.length };
    },
  };
}
