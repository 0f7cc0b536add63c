/** Small recorded files for tests: seeded random walks in the formats that a replay reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/core/domain/random.ts';

const MINUTE_MS = 60_000;

/** Writes `<name>.csv` and returns its path. Names such as `x_BTCUSDT_trades` tell the symbol. */
export function writeRows(
  folder: string,
  name: string,
  header: string,
  rows: readonly (readonly (string | number)[])[],
): string {
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `${header}\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  return file;
}

export const TRADES = 'timestamp_ms,price,amount,side,id';
export const CANDLES = 'timestamp_ms,open,high,low,close,volume';
export const QUOTES =
  'exchange_timestamp_ms,local_timestamp_ms,bid,bid_size,ask,ask_size,update_id';

/** Trades of `minutes` around 100.00, several per second at times. */
export function walkTrades(folder: string, name: string, seed: number, minutes: number): string {
  const random = Random.stream(seed, name);
  const rows: (string | number)[][] = [];
  let cents = 10_000;
  for (let ms = 0; ms < minutes * MINUTE_MS; ms += Math.floor(random.exponential() * 1_500)) {
    cents = Math.max(100, cents + Math.round(random.normal() * 3));
    const amount = (Math.ceil(random.exponential() * 500) / 1_000).toFixed(3);
    const side = random.uniform() < 0.5 ? 'buy' : 'sell';
    rows.push([ms, (cents / 100).toFixed(2), amount, side, rows.length + 1]);
  }
  return writeRows(folder, name, TRADES, rows);
}

/** Minute candles of `minutes` around 50.0. */
export function walkCandles(folder: string, name: string, seed: number, minutes: number): string {
  const random = Random.stream(seed, name);
  const rows: (string | number)[][] = [];
  let open = 500;
  for (let minute = 0; minute < minutes; minute += 1) {
    const close = Math.max(10, open + Math.round(random.normal() * 2));
    const high = Math.max(open, close) + Math.floor(random.exponential());
    const low = Math.max(1, Math.min(open, close) - Math.floor(random.exponential()));
    const prices = [open, high, low, close].map((tenths) => (tenths / 10).toFixed(1));
    rows.push([minute * MINUTE_MS, ...prices, (random.exponential() * 10).toFixed(2)]);
    open = close;
  }
  return writeRows(folder, name, CANDLES, rows);
}
