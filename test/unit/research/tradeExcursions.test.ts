import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../src/core/domain/fill.ts';
import { strategyId, type IntentId } from '../../../src/core/domain/ids.ts';
import { columnsOf } from '../../../src/core/domain/barColumns.ts';
import type { PlacedFill } from '../../../src/research/backtest.ts';
import { Excursions, type OwnedTrade } from '../../../src/research/tradeExcursions.ts';
import { BTC_USDT } from '../../builders/orders.ts';

const id = (text: string): IntentId => text as IntentId;
const STRATEGY = strategyId('s');

/** Bars of one length of time each: low, high and close as given, opened at 100. */
const BARS = [
  [90, 130, 101],
  [97, 104, 102],
  [95, 108, 103],
  [50, 200, 104],
] as const;

const columns = columnsOf(
  BARS.map(([low, high, close], row) => ({
    openTime: row,
    open: 100,
    high,
    low,
    close,
    volume: 1,
  })),
);

/** Bought at 100 in the first bar, at its open or within it; sold at 110 in the last one. */
function excursions(enteredAt: number, exitRow = 3): { mae: number; mfe: number } {
  const placed = (intentId: IntentId, at: number, row: number): PlacedFill => ({
    fill: { at, symbol: BTC_USDT } as Fill,
    ...{ strategyId: STRATEGY, intentId, row },
  });
  const trade = {
    ...{ strategyId: STRATEGY, symbol: BTC_USDT, entryIntent: id('in'), exitIntent: id('out') },
    ...{ amount: dec('2'), entryPaid: dec('200'), exitReceived: dec('220') },
  } as OwnedTrade;
  const market = { symbol: BTC_USDT, columns, rows: 4, firstClose: 1, lastClose: 1 };
  return new Excursions({
    fills: [placed(id('in'), enteredAt, 0), placed(id('out'), exitRow + 1, exitRow)],
    markets: [{ ...market, holes: new Map() }],
  }).of(trade);
}

describe('how far the market went while a trade was open', () => {
  it('takes in all of the bar whose open it was bought at, and nothing of the bar it was sold in but the price', () => {
    // Low 90 and high 130 of the first bar; neither 50 nor 200 of the last.
    expect(excursions(0).mae).toBeCloseTo(0.1, 12);
    expect(excursions(0).mfe).toBeCloseTo(0.3, 12);
  });

  it('takes in only the close of a bar it was bought within', () => {
    // The bars between: low 95; the exit at 110 is higher than their 108.
    expect(excursions(1).mae).toBeCloseTo(0.05, 12);
    expect(excursions(1).mfe).toBeCloseTo(0.1, 12);
  });

  it('knows only entry and exit of what was bought and sold in one bar', () => {
    expect(excursions(0, 0)).toEqual({ mae: 0, mfe: expect.closeTo(0.1, 12) });
  });
});
