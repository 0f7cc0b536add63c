import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { flatPosition } from '../../../../src/core/ledger/accounting.ts';
import { checkStopLoss, stopLossPrice, stopPriceOf } from '../../../../src/core/risk/stops.ts';
import { BTC_USDT, GRID } from '../../../builders/orders.ts';
import { aPosition } from '../../../builders/risk.ts';

describe('stopLossPrice', () => {
  it('lies the fraction under the average price', () => {
    expect(stopLossPrice(aPosition('4', '800'), 0.05)).toBe(190);
  });

  it('is NaN when flat, dust included', () => {
    expect(stopLossPrice(flatPosition(GRID, BTC_USDT), 0.05)).toBeNaN();
    const { openedAt: _opened, ...dust } = aPosition('0.0001', '1');
    expect(stopLossPrice({ ...dust, amount: dec('0.0001') }, 0.05)).toBeNaN();
  });
});

describe('checkStopLoss', () => {
  const stopPrice = stopPriceOf(200, 0.25);

  it('is hit at the stop price and below, not above', () => {
    expect(checkStopLoss(200, 0.25, stopPrice)).toEqual({
      price: 150,
      stopPrice: 150,
      stopLoss: 0.25,
      averagePrice: 200,
    });
    expect(checkStopLoss(200, 0.25, 1)).toBeDefined();
    expect(checkStopLoss(200, 0.25, 150.01)).toBeUndefined();
  });

  it('is never hit without a position or without a price', () => {
    expect(checkStopLoss(Number.NaN, 0.25, 1)).toBeUndefined();
    expect(checkStopLoss(200, 0.25, Number.NaN)).toBeUndefined();
  });
});
