import { describe, expect, it } from '@jest/globals';
import { CandleBook } from '../../../../src/simulator/market/candleBook.ts';
import { flatBar } from '../../../../src/simulator/market/candleSeries.ts';
import { HOUR_MS, MINUTE_MS } from '../../../../src/simulator/market/timeframes.ts';

const START = 1_700_006_400_000;

function print(
  ticks: number,
  volume: number,
  isTakerBuy = true,
): { ticks: number; volume: number; isTakerBuy: boolean } {
  return { ticks, volume, isTakerBuy };
}

describe('bars from prints', () => {
  it('open at the first print, not at the last close', () => {
    const candles = new CandleBook(START, 100);
    candles.print(print(110, 2));
    candles.print(print(90, 3, false));
    candles.print(print(105, 1));
    expect(candles.forming).toEqual({
      openMs: START,
      open: 110,
      high: 110,
      low: 90,
      close: 105,
      volume: 6,
      quoteVolume: 220 + 270 + 105,
      prints: 3,
      takerBuyVolume: 3,
      takerBuyQuoteVolume: 325,
    });
  });

  it('are flat without volume where nothing traded', () => {
    const candles = new CandleBook(START, 100);
    candles.print(print(101, 1));
    candles.closeMinute();
    candles.closeMinute();
    expect(candles.bar('1m', START + MINUTE_MS)).toEqual(flatBar(START + MINUTE_MS, 101));
  });

  it('join into longer intervals whose open skips flat minutes', () => {
    const candles = new CandleBook(START, 100);
    candles.closeMinute();
    candles.print(print(120, 1));
    candles.closeMinute();
    candles.print(print(80, 2));
    candles.closeMinute();
    const bar = candles.bar('3m', START);
    expect(bar).toMatchObject({ open: 120, high: 120, low: 80, close: 80, volume: 3, prints: 2 });
  });

  it('give the forming bar of every interval', () => {
    const candles = new CandleBook(START, 100);
    for (let minute = 0; minute < 90; minute += 1) {
      candles.print(print(100 + minute, 1));
      candles.closeMinute();
    }
    candles.print(print(500, 1));
    expect(candles.bar('1h', START)).toMatchObject({ open: 100, close: 159, volume: 60 });
    expect(candles.bar('1h', START + HOUR_MS)).toMatchObject({
      open: 160,
      high: 500,
      close: 500,
      volume: 31,
    });
    expect(candles.bar('4h', START)).toMatchObject({
      open: 100,
      high: 500,
      volume: 91,
      prints: 91,
    });
    expect(candles.bar('1m', START + 90 * MINUTE_MS)).toMatchObject({ close: 500, volume: 1 });
    expect(candles.bar('1m', START + 91 * MINUTE_MS)).toBeUndefined();
  });

  it('are listed from a start, up to an end, or as the latest', () => {
    const candles = new CandleBook(START, 100);
    for (let minute = 0; minute < 10; minute += 1) candles.closeMinute();
    const opens = (range: { fromMs?: number; toMs?: number; limit: number }): number[] =>
      candles.bars('1m', range).map((bar) => (bar.openMs - START) / MINUTE_MS);
    expect(opens({ limit: 3 })).toEqual([8, 9, 10]);
    expect(opens({ fromMs: START + 1, limit: 3 })).toEqual([1, 2, 3]);
    expect(opens({ toMs: START + 5 * MINUTE_MS + 7, limit: 2 })).toEqual([4, 5]);
    expect(
      opens({ fromMs: START + 8 * MINUTE_MS, toMs: START + 99 * MINUTE_MS, limit: 10 }),
    ).toEqual([8, 9, 10]);
    expect(opens({ fromMs: START - HOUR_MS, toMs: START, limit: 10 })).toEqual([0]);
  });
});
