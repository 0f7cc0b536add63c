import { describe, expect, it } from '@jest/globals';
import { emptyColumns, type BarColumns } from '../../../../src/core/domain/market.ts';
import { aggregateColumns } from '../../../../src/core/market/aggregate.ts';

const MINUTE = 60_000;

/** Rows of [minute, open, high, low, close, volume]. */
function columnsOf(rows: readonly (readonly number[])[]): BarColumns {
  const columns = emptyColumns(rows.length);
  rows.forEach(([minute = 0, open = 0, high = 0, low = 0, close = 0, volume = 0], i) => {
    columns.openTime[i] = minute * MINUTE;
    columns.open[i] = open;
    columns.high[i] = high;
    columns.low[i] = low;
    columns.close[i] = close;
    columns.volume[i] = volume;
  });
  return columns;
}

describe('aggregation', () => {
  it('takes first open, extremes, last close and summed volume on the epoch grid', () => {
    const minutes = columnsOf([
      [4, 1, 5, 1, 2, 10],
      [5, 2, 3, 1, 3, 1],
      [7, 3, 9, 2, 4, 2],
      [9, 4, 5, 0.5, 5, 3],
      [10, 6, 6, 6, 6, 4],
    ]);
    const five = aggregateColumns(minutes, 5 * MINUTE);
    expect([...five.openTime].map((at) => at / MINUTE)).toEqual([0, 5, 10]);
    expect([...five.open]).toEqual([1, 2, 6]);
    expect([...five.high]).toEqual([5, 9, 6]);
    expect([...five.low]).toEqual([1, 0.5, 6]);
    expect([...five.close]).toEqual([2, 5, 6]);
    expect([...five.volume]).toEqual([10, 6, 4]);
  });

  it('leaves intervals without bars absent', () => {
    const hours = aggregateColumns(
      columnsOf([
        [0, 1, 1, 1, 1, 1],
        [125, 2, 2, 2, 2, 2],
      ]),
      60 * MINUTE,
    );
    expect([...hours.openTime].map((at) => at / MINUTE)).toEqual([0, 120]);
  });
});
