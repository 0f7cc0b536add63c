import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dec,
  minOf,
  sumOf,
  toText,
  ZERO,
  type Decimal,
} from '../../../../src/core/domain/decimal.ts';
import { intentId, tradeId } from '../../../../src/core/domain/ids.ts';
import type { AttributedFill } from '../../../../src/core/domain/position.ts';
import { flatPosition, positionAfter } from '../../../../src/core/ledger/accounting.ts';
import { tradesOf } from '../../../../src/core/ledger/trades.ts';
import { aFill, anInstrument, BTC, BTC_USDT, GRID, T0, USDT } from '../../../builders/orders.ts';

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

interface Order {
  readonly buys: boolean;
  readonly amount: number;
  readonly price: number;
  readonly fee: number;
}

/** Fills of these orders, sells of no more than is held, and what they leave of coins and money. */
function played(orders: readonly Order[]): {
  readonly fills: AttributedFill[];
  readonly held: Decimal;
  readonly money: Decimal;
} {
  const fills: AttributedFill[] = [];
  let [held, money] = [ZERO, ZERO];
  for (const { buys, amount: lots, price, fee } of orders) {
    const [size, at] = [dec(lots).times('0.001'), dec(price).times('0.01')];
    const sells = !buys && held.gt(0);
    const traded = sells ? minOf(size, held) : size;
    const charged = traded
      .times(fee)
      .times('0.001')
      .times(sells ? at : 1);
    const notional = traded.times(at);
    const [side, text] = [sells ? 'sell' : 'buy', { fee: charged.toString() }] as const;
    fills.push(fill(side, traded.toString(), at.toString(), text));
    held = sells ? held.minus(traded) : held.plus(traded).minus(charged);
    money = sells ? money.plus(notional).minus(charged) : money.minus(notional);
  }
  return { fills, held, money };
}

const text = (value: Decimal | undefined): string | undefined => value?.toString();

describe('trades', () => {
  it('make one of one sell order, whatever it was bought in', () => {
    const trades = tradesOf(
      [
        fill('buy', '1', '100', { at: 1 }),
        fill('buy', '1', '200', { at: 2 }),
        fill('sell', '0.5', '300', { order: 's', at: 3 }),
        fill('sell', '1.5', '300', { order: 's', at: 4 }),
      ],
      anInstrument(),
    );
    expect(trades).toHaveLength(1);
    const [trade] = trades;
    expect([trade?.entryPaid, trade?.exitReceived, trade?.amount, trade?.pnl].map(text)).toEqual([
      '300',
      '600',
      '2',
      '300',
    ]);
    expect([trade?.entryTime, trade?.exitTime]).toEqual([1, 4]);
  });

  it('cost what the position cost on average', () => {
    const trades = tradesOf(
      [
        fill('buy', '1', '100'),
        fill('buy', '1', '200'),
        fill('sell', '1', '150', { order: 'first' }),
        fill('sell', '1', '160', { order: 'second' }),
      ],
      anInstrument(),
    );
    expect(trades.map(({ pnl }) => text(pnl))).toEqual(['0', '10']);
  });

  it('take the fees of both sides, that in base at the price it was charged at', () => {
    const trades = tradesOf(
      [fill('buy', '1', '100', { fee: '0.1' }), fill('sell', '0.9', '200', { fee: '1.8' })],
      anInstrument(),
    );
    // 100 bought 0.9 BTC, of which 0.1 BTC at 100, that is 10, was the fee; 1.8 of 180 was the fee of the sale.
    expect(
      [trades[0]?.entryPaid, trades[0]?.exitReceived, trades[0]?.fees, trades[0]?.pnl].map(text),
    ).toEqual(['90', '180', '11.8', '78.2']);
  });

  it('keep the cost of what a sale leaves with what is left', () => {
    const fills = [
      fill('buy', '1.0005', '100', { at: 1 }),
      fill('sell', '1', '110', { at: 2 }),
      fill('buy', '1', '200', { at: 3 }),
      fill('sell', '1.0005', '210', { at: 4 }),
    ];
    const trades = tradesOf(fills, anInstrument());
    expect(trades.map(({ pnl }) => text(pnl))).toEqual(['10', '10.055']);
    expect(trades.map(({ entryTime }) => entryTime)).toEqual([1, 3]);
  });

  it('leave out what was never sold', () => {
    expect(tradesOf([fill('buy', '1', '100')], anInstrument())).toEqual([]);
    expect(tradesOf([], anInstrument())).toEqual([]);
  });

  it('add up with what is held to what all fills did to the money, to the last digit', () => {
    const amount = fc.integer({ min: 1, max: 5_000 });
    const order = fc.record({
      buys: fc.boolean(),
      amount,
      price: fc.integer({ min: 1, max: 99_999 }),
      fee: fc.integer({ min: 0, max: 50 }),
      last: fc.integer({ min: 1, max: 99_999 }),
    });
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 40 }), (orders) => {
        const { fills, held, money } = played(orders);
        const price = dec(orders[0]?.last ?? 1).times('0.01');
        const [instrument, trades] = [anInstrument(), tradesOf(fills, anInstrument())];
        let position = flatPosition(GRID, BTC_USDT);
        for (const attributed of fills)
          position = positionAfter(position, attributed.fill, instrument);
        const open = held.times(price).minus(position.cost);
        const closed = sumOf(trades.map(({ pnl }) => pnl));
        expect(toText(closed.plus(open))).toBe(toText(money.plus(held.times(price))));
        for (const trade of trades)
          expect(toText(trade.exitReceived.minus(trade.entryPaid).minus(trade.fees))).toBe(
            toText(trade.pnl),
          );
      }),
    );
  });
});
