/** A strategy, a recording and a space to search over, as files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/domain/random.ts';
import type { SearchRequest } from '../../src/research/optimise/request.ts';

export const HOUR = 3_600_000;
export const BARS = 3_000;
export const START = Date.UTC(2023, 0, 1);

const STRATEGY = `# kept
schema_version: 1
id: trend-x
kind: trend
symbol: BTC/USDT
timeframe: 1h
budget: 1000 USDT
ema_fast: 5 # replaced
ema_slow: 20
`;
const SPACE =
  '{ ema_fast: { int: [3, 30] }, ema_slow: { int: [10, 60] }, atr_multiple: { float: [1, 5] } }';

/** Writes them into a folder. */
export function searchFiles(folder: string, bars = BARS): SearchRequest {
  const random = Random.stream(1, 'prices');
  let [price, drift] = [100, 0];
  const rows = Array.from({ length: bars }, (_, at) => {
    const open = price;
    drift = 0.98 * drift + 0.0005 * random.normal();
    price *= Math.exp(drift + 0.004 * random.normal());
    const [high, low] = [Math.max(open, price) * 1.001, Math.min(open, price) * 0.999];
    const prices = [open, high, low, price].map((each) => each.toFixed(2));
    return [START + at * HOUR, ...prices, 1000].join(',');
  });
  const dataFile = join(folder, 'BTCUSDT.csv');
  writeFileSync(dataFile, ['timestamp_ms,open,high,low,close,volume', ...rows].join('\n'));
  const strategyFile = join(folder, 'trend.yaml');
  writeFileSync(strategyFile, STRATEGY);
  return {
    ...{ strategyFile, dataFile, space: SPACE, method: 'tpe', trials: 24, seed: 3, jobs: 2 },
    ...{ objectives: [], constraints: [], onRemark: () => undefined },
    stopped: new Promise(() => undefined),
    config: { file: join(folder, 'nothing.yaml'), isNamed: false },
  };
}
