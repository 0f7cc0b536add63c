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
import type { AttributedFill, BookedTransfer } from '../../../../src/core/domain/position.ts';
import { applyBooking, applyFill, createLedger } from '../../../../src/core/ledger/ledger.ts';
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

interface Act {
  readonly kind: 'buy' | 'sell' | 'out' | 'in';
  readonly size: number;
  readonly price: number;
  readonly fee: number;
}

/** A ledger that is traded in and booked in and out of, with its own numbers beside it. */
class Books {
  readonly fills: AttributedFill[] = [];
  readonly booked: BookedTransfer[] = [];
  position = flatPosition(GRID, BTC_USDT);
  money = ZERO;
  moved = ZERO;
  readonly #ledger = createLedger([]);

  constructor(acts: readonly Act[]) {
    for (const act of acts) {
      const wanted = dec(act.size).times('0.001');
      const takes = act.kind === 'sell' || act.kind === 'out';
      const amount = takes ? minOf(wanted, this.position.amount) : wanted;
      const price = dec(act.price).times('0.01');
      if (!amount.gt(ZERO)) continue;
      if (act.kind === 'in' || act.kind === 'out') this.#book(act.kind, amount, price);
      else this.#trade(act.kind, amount, price, act.fee);
    }
  }

  #book(kind: 'in' | 'out', amount: Decimal, price: Decimal): void {
    const about = { strategyId: GRID, symbol: BTC_USDT, at: T0, reason: 'test' };
    const { transfer, holding } = applyBooking(
      this.#ledger,
      kind === 'out'
        ? { ...about, amount: amount.neg(), cause: 'gone' }
        : { ...about, amount, cause: 'adopted', cost: amount.times(price) },
      anInstrument(),
    );
    this.booked.push(transfer);
    this.moved = this.moved.plus(transfer.cost);
    this.position = holding.position;
  }

  #trade(kind: 'buy' | 'sell', amount: Decimal, price: Decimal, fee: number): void {
    const unit = kind === 'sell' ? price : dec(1);
    const charged = amount.times(fee).times('0.001').times(unit);
    const made = fill(kind, amount.toString(), price.toString(), { fee: charged.toString() });
    this.fills.push(made);
    this.position = applyFill(this.#ledger, made, anInstrument()).position;
    const notional = amount.times(price);
    this.money =
      kind === 'sell' ? this.money.plus(notional).minus(charged) : this.money.minus(notional);
  }
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

  it('name the order that opened the position, until it was flat', () => {
    const trades = tradesOf(
      [
        fill('buy', '1', '100', { order: 'a' }),
        fill('buy', '1', '100', { order: 'b' }),
        fill('sell', '1', '100', { order: 'c' }),
        fill('sell', '1', '100', { order: 'd' }),
        fill('buy', '1', '100', { order: 'e' }),
        fill('sell', '1', '100', { order: 'f' }),
      ],
      anInstrument(),
    );
    expect(trades.map(({ entryIntent }) => entryIntent)).toEqual(['a', 'a', 'e']);
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

  it('are none when coins are booked in and out, and what is sold cost what was booked in', () => {
    const { fills, booked, position } = new Books([
      { kind: 'in', size: 2_000, price: 10_000, fee: 0 },
      { kind: 'out', size: 500, price: 1, fee: 0 },
      { kind: 'sell', size: 1_000, price: 13_000, fee: 0 },
    ]);
    const trades = tradesOf(fills, anInstrument(), booked);
    expect(trades.map(({ entryPaid, pnl }) => [entryPaid, pnl].map(text))).toEqual([['100', '30']]);
    expect([position.amount, position.cost].map(text)).toEqual(['0.5', '50']);
    expect([position.booked?.amount, position.booked?.cost].map(text)).toEqual(['1.5', '150']);
  });

  it('take the fees of what was booked out along with it', () => {
    const { fills, booked } = new Books([
      { kind: 'buy', size: 1_000, price: 10_000, fee: 100 },
      { kind: 'out', size: 450, price: 1, fee: 0 },
      { kind: 'sell', size: 450, price: 20_000, fee: 0 },
    ]);
    const [trade] = tradesOf(fills, anInstrument(), booked);
    // Of 0.9 BTC for 100, fee of 10 among them, one half went and the other was sold for 90.
    expect([trade?.entryPaid, trade?.fees, trade?.pnl].map(text)).toEqual(['45', '5', '40']);
  });

  it('add up with what is held, and with what was booked at its cost, to what happened to the money', () => {
    const act = fc.record({
      kind: fc.constantFrom('buy' as const, 'sell' as const, 'out' as const, 'in' as const),
      size: fc.integer({ min: 1, max: 5_000 }),
      price: fc.integer({ min: 1, max: 99_999 }),
      fee: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const { fills, booked, position, money, moved } = new Books(acts);
        const trades = tradesOf(fills, anInstrument(), booked);
        const closed = sumOf(trades.map(({ pnl }) => pnl));
        expect(toText(closed.minus(position.cost))).toBe(toText(money.minus(moved)));
        expect(toText(closed)).toBe(toText(position.realisedPnl));
        expect(toText(position.booked?.cost ?? ZERO)).toBe(toText(moved));
        for (const trade of trades)
          expect(toText(trade.exitReceived.minus(trade.entryPaid).minus(trade.fees))).toBe(
            toText(trade.pnl),
          );
      }),
    );
  });
});
