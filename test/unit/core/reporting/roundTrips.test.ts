import { describe, expect, it } from '@jest/globals';
import { dec, type Decimal } from '../../../../src/core/domain/decimal.ts';
import { intentId, tradeId } from '../../../../src/core/domain/ids.ts';
import type { AttributedFill } from '../../../../src/core/domain/position.ts';
import { roundTrips } from '../../../../src/core/reporting/roundTrips.ts';
import { aFill, anInstrument, BTC, GRID, T0, USDT } from '../../../builders/orders.ts';

let trades = 0;

function fill(
  side: 'buy' | 'sell',
  amount: string,
  price: string,
  more: { order?: string; fee?: string; at?: number } = {},
): AttributedFill {
  trades += 1;
  const made = aFill({
    tradeId: tradeId(String(trades)),
    side,
    amount: dec(amount),
    price: dec(price),
    fee: dec(more.fee ?? '0'),
    feeAsset: side === 'buy' ? BTC : USDT,
    at: more.at ?? T0,
  });
  return { fill: made, strategyId: GRID, intentId: intentId(more.order ?? `o${String(trades)}`) };
}

const text = (value: Decimal | undefined): string | undefined => value?.toFixed();

describe('round trips', () => {
  it('make one trade of one sell order, whatever it was bought in', () => {
    const trips = roundTrips(
      [
        fill('buy', '1', '100', { at: 1 }),
        fill('buy', '1', '200', { at: 2 }),
        fill('sell', '0.5', '300', { order: 's', at: 3 }),
        fill('sell', '1.5', '300', { order: 's', at: 4 }),
      ],
      anInstrument(),
    );
    expect(trips).toHaveLength(1);
    expect(text(trips[0]?.entryPrice)).toBe('150');
    expect(text(trips[0]?.pnl)).toBe('300');
    expect([trips[0]?.entryTime, trips[0]?.exitTime]).toEqual([1, 4]);
  });

  it('sell the oldest first', () => {
    const trips = roundTrips(
      [
        fill('buy', '1', '100'),
        fill('buy', '1', '200'),
        fill('sell', '1', '150', { order: 'first' }),
        fill('sell', '1', '150', { order: 'second' }),
      ],
      anInstrument(),
    );
    expect(trips.map(({ pnl }) => text(pnl))).toEqual(['50', '-50']);
  });

  it('take the fees of both sides, that in base at the price it was charged at', () => {
    const trips = roundTrips(
      [fill('buy', '1', '100', { fee: '0.1' }), fill('sell', '0.9', '200', { fee: '1.8' })],
      anInstrument(),
    );
    // 0.1 BTC at 100 is 10 USDT for 0.9 kept; 1.8 USDT for the sale.
    expect(text(trips[0]?.fees.toDecimalPlaces(12))).toBe('11.8');
    expect(text(trips[0]?.pnl.toDecimalPlaces(12))).toBe('78.2');
  });

  it('let dust below one lot join the next purchase instead of ageing its entry time', () => {
    const trips = roundTrips(
      [
        fill('buy', '1.0005', '100', { at: 1 }),
        fill('sell', '1', '110', { at: 2 }),
        fill('buy', '1', '100', { at: 3 }),
        fill('sell', '1', '110', { at: 4 }),
      ],
      anInstrument(),
    );
    expect(trips.map(({ entryTime }) => entryTime)).toEqual([1, 3]);
  });

  it('leave out what was never sold', () => {
    expect(roundTrips([fill('buy', '1', '100')], anInstrument())).toEqual([]);
  });
});
