/** Reads stored candles of many markets, one after the other, each let go of before the next. */
import { statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCandleStore } from '../../../src/adapters/candles/candleStore.ts';
import { marketSymbol } from '../../../src/core/domain/ids.ts';
import type { ChildService } from '../child.ts';
import { syntheticBars } from '../market.ts';
import { startStopwatch, type Cost } from '../statistics.ts';

const SEED = 20_210_101;
const NAME = { exchange: 'bench', symbol: marketSymbol('BTC/USDT'), timeframe: '1m' } as const;

export interface CandlesCase {
  readonly folder: string;
  readonly bars: number;
  /** Times that it is read: as many markets of the same size. */
  readonly markets: number;
}

export interface CandlesFigures {
  readonly write: Cost;
  readonly read: Cost;
  readonly bytes: number;
  readonly peakMib: number;
}

export async function open(request: unknown): Promise<ChildService> {
  const { folder, bars, markets } = request as CandlesCase;
  const store = createCandleStore(folder);
  const columns = syntheticBars(bars, SEED);
  const writing = startStopwatch();
  store.write(NAME, columns);
  const write = writing.stop();
  const reading = startStopwatch();
  for (let market = 0; market < markets; market += 1) {
    const { length } = store.read(NAME).openTime;
    if (length !== bars) throw new Error(`read ${length} bars of ${bars}`);
  }
  const read = reading.stop();
  const peakMib = process.resourceUsage().maxRSS / 1024;
  return { ready: { write, read, bytes: bytesIn(folder), peakMib } satisfies CandlesFigures };
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
