/**
 * Closed bars of one market and interval in a CSV file: the columns of the recording format first, so that the file reads
 * like any other candle file, then what the venue's klines need besides.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { formatScaled, parseScaled } from './engine/amounts.ts';
import type { Bar } from './market/candleSeries.ts';
import type { TapeGrid } from './market/market.ts';

const HEADER =
  'timestamp_ms,open,high,low,close,volume,quote_volume,prints,taker_buy_volume,taker_buy_quote_volume';
const COLUMNS = HEADER.split(',').length;

export class BarFile {
  readonly #file: string;
  readonly #grid: TapeGrid;
  /** Bars worth keeping; the file is cut down to them when it holds twice as many. */
  readonly #keep: number;
  #buffer: string[] = [];
  #lines = 0;

  constructor(file: string, grid: TapeGrid, keep: number) {
    this.#file = file;
    this.#grid = grid;
    this.#keep = keep;
  }

  append(bar: Bar): void {
    this.#buffer.push(this.#format(bar));
  }

  flush(): void {
    if (this.#buffer.length === 0) return;
    if (!existsSync(this.#file)) writeFileSync(this.#file, `${HEADER}\n`);
    appendFileSync(this.#file, this.#buffer.join(''));
    this.#lines += this.#buffer.length;
    this.#buffer = [];
    if (this.#lines > 2 * this.#keep) this.#rewrite(this.#read(Infinity));
  }

  /** Bars that opened before `beforeMs`, oldest first. Later ones, and a torn last line, are dropped from the file. */
  load(beforeMs: number): Bar[] {
    if (!existsSync(this.#file)) return [];
    const bars = this.#read(beforeMs);
    this.#rewrite(bars);
    return bars.slice(-this.#keep);
  }

  #read(beforeMs: number): Bar[] {
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(1, -1);
    const bars: Bar[] = [];
    for (const line of lines) {
      const bar = this.#parse(line);
      if (bar !== undefined && bar.openMs < beforeMs) bars.push(bar);
    }
    return bars;
  }

  #rewrite(bars: readonly Bar[]): void {
    const kept = bars.slice(-this.#keep);
    const temporary = `${this.#file}.tmp`;
    writeFileSync(temporary, `${HEADER}\n${kept.map((bar) => this.#format(bar)).join('')}`);
    renameSync(temporary, this.#file);
    this.#lines = kept.length;
  }

  #format(bar: Bar): string {
    const price = (ticks: number): string => formatScaled(ticks, this.#grid.priceDecimals);
    const volume = (units: number): string => formatScaled(units, this.#grid.volumeDecimals);
    const fields = [
      bar.openMs,
      price(bar.open),
      price(bar.high),
      price(bar.low),
      price(bar.close),
      volume(bar.volume),
      bar.quoteVolume,
      bar.prints,
      volume(bar.takerBuyVolume),
      bar.takerBuyQuoteVolume,
    ];
    return `${fields.join(',')}\n`;
  }

  #parse(line: string): Bar | undefined {
    const fields = line.split(',');
    if (fields.length !== COLUMNS) return undefined;
    const scaled = (index: number, decimals: number): number =>
      Number(parseScaled(fields[index] ?? '', decimals));
    const price = (index: number): number => scaled(index, this.#grid.priceDecimals);
    return {
      openMs: Number(fields[0]),
      open: price(1),
      high: price(2),
      low: price(3),
      close: price(4),
      volume: scaled(5, this.#grid.volumeDecimals),
      quoteVolume: Number(fields[6]),
      prints: Number(fields[7]),
      takerBuyVolume: scaled(8, this.#grid.volumeDecimals),
      takerBuyQuoteVolume: Number(fields[9]),
    };
  }
}
