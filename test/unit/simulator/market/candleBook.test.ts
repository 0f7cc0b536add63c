import { describe, expect, it } from '@jest/globals';
import { CandleBook } from '../../../../src/simulator/market/candleBook.ts';
import { CandleSeries, flatBar } from '../../../../src/simulator/market/candleSeries.ts';
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

  it('keep the latest of a ring that has grown to its capacity', () => {
    const series = new CandleSeries(MINUTE_MS, 100);
    const opens = (): number[] => {
      const found: number[] = [];
      for (let ms = series.firstMs; ms < series.nextMs; ms += MINUTE_MS)
        found.push(series.at(ms)?.open ?? 0);
      return found;
    };
    const expected: number[] = [];
    for (let minute = 0; minute < 250; minute += 1) {
      series.push(flatBar(START + minute * MINUTE_MS, minute + 1));
      expected.push(minute + 1);
      if (expected.length > 100) expected.shift();
      if (minute % 37 === 0 || minute === 249) expect(opens()).toEqual(expected);
    }
    expect(series.at(START)).toBeUndefined();
  });

  it('join a past that is made when first looked at with what has been live since', () => {
    const bars = (count: number): ReturnType<typeof flatBar>[] =>
      Array.from({ length: count }, (_, index) => ({
        ...flatBar(START + index * MINUTE_MS, 100 + index),
        volume: 1,
        prints: 1,
      }));
    let made = 0;
    const liveMs = START + 30 * MINUTE_MS;
    const candles = new CandleBook(liveMs, 129, () => {
      made += 1;
      return { hours: [flatBar(START - HOUR_MS, 99)], minutes: bars(30) };
    });
    for (let minute = 0; minute < 45; minute += 1) {
      candles.print(print(200 + minute, 2));
      candles.closeMinute();
    }
    expect(made).toBe(0);
    expect(candles.bar('1h', START)).toMatchObject({ open: 100, close: 229, volume: 30 + 60 });
    expect(candles.bar('1h', START - HOUR_MS)).toMatchObject({ open: 99, volume: 0 });
    expect(candles.bars('1m', { limit: 3 }).map((bar) => bar.open)).toEqual([243, 244, 244]);
    expect(candles.firstMs('1m')).toBe(START);
    expect(made).toBe(1);
  });
});
