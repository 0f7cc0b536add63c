/** Candles as CSV, in the form that `readCandleFile` calls its own. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { BarColumns } from '../../core/domain/market.ts';

const COLUMNS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const;

/** Numbers as the shortest text that reads back to them. Gzipped when the name ends in `.gz`. */
export function writeCandleFile(file: string, bars: BarColumns): void {
  const lines = ['timestamp_ms,open,high,low,close,volume'];
  for (let row = 0; row < bars.openTime.length; row += 1)
    lines.push(COLUMNS.map((name) => plain(bars[name][row] ?? Number.NaN)).join(','));
  const text = `${lines.join('\n')}\n`;
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text);
}

/** Without exponent: not every reader knows one. */
function plain(value: number): string {
  const text = String(value);
  if (!text.includes('e-')) return text;
  const [digits = '', exponent = '0'] = text.split('e-');
  return value.toFixed(Number(exponent) + Math.max(0, digits.replace(/^-?\d\.?/u, '').length));
}
