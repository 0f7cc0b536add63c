import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import type { OrderIntent, OrderRecord } from '../../../../src/core/domain/order.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { ExposureBook, type OpenSums } from '../../../../src/core/risk/exposure.ts';
import { anApproved, anInstrument, BTC, GRID, USDT } from '../../../builders/orders.ts';
import { aPosition } from '../../../builders/risk.ts';

const instrument = anInstrument();

const record = (n: number, changes: Partial<OrderIntent> = {}): OrderRecord =>
  newRecord(anApproved(n, changes));

function stateOf(book: ExposureBook): Record<string, unknown> {
  const { positionCost, openBuys, openSells } = book.of(GRID);
  return {
    positionCost: toText(positionCost),
    openBuys: toText(openBuys),
    openSells: toText(openSells),
    total: toText(book.total),
    reserved: toText(book.reservedQuote(USDT)),
    orders: book.openOrders,
  };
}

const EMPTY = {
  positionCost: '0',
  openBuys: '0',
  openSells: '0',
  total: '0',
  reserved: '0',
  orders: 0,
};

const OTHER = strategyId('other');

function ordersOf(
  sort: 'buy' | 'sell' | 'stop' | 'pair',
  sequence: number,
  isOwn: boolean,
  [goes, partnerGoes]: readonly [boolean, boolean],
): readonly (readonly [OrderRecord, boolean])[] {
  const owner = isOwn ? {} : { strategyId: OTHER };
  const exit = { side: 'sell', purpose: 'exit', ...owner } as const;
  const stop = { ...exit, type: 'stop', trigger: dec('90') } as const;
  const [first, second] = [sequence, sequence + 1].map((each) => anApproved(each).intentId);
  if (!first || !second) return [];
  if (sort === 'buy') return [[record(sequence, owner), goes]];
  if (sort === 'sell') return [[record(sequence, exit), goes]];
  if (sort === 'stop') return [[record(sequence, stop), goes]];
  return [
    [record(sequence, { ...stop, pairId: second }), goes],
    [record(sequence + 1, { ...exit, amount: dec('0.7'), pairId: first }), partnerGoes],
  ];
}

/** Every sum that risk reads. */
function sumsOf(sums: OpenSums): unknown {
  const strategies = [GRID, OTHER].map((id) => {
    const { positionCost, openBuys, openSells, held } = sums.of(id);
    return [positionCost, openBuys, openSells, held].map(toText);
  });
  const reserved = [sums.total, sums.reservedQuote(USDT), sums.reservedBase(BTC)].map(toText);
  return { strategies, reserved, orders: sums.openOrders };
}

describe('ExposureBook', () => {
  it('reserves an open buy with its worst-case fee, and releases it', () => {
    const book = new ExposureBook();
    const order = record(1);
    book.reserve(order, instrument);
    expect(stateOf(book)).toEqual({
      ...EMPTY,
      openBuys: '100.2',
      total: '100.2',
      reserved: '100.2',
      orders: 1,
    });
    book.release(order.intent.intentId);
    expect(stateOf(book)).toEqual(EMPTY);
  });

  it('reserves base for an open sell, and no quote', () => {
    const book = new ExposureBook();
    book.reserve(record(1, { side: 'sell', purpose: 'exit' }), instrument);
    expect(stateOf(book)).toEqual({ ...EMPTY, openSells: '1', orders: 1 });
  });

  it('follows the filled amount when told again, without counting twice', () => {
    const book = new ExposureBook();
    const order = record(1);
    book.reserve(order, instrument);
    order.filled = dec('0.4');
    book.reserve(order, instrument);
    book.reserve(order, instrument);
    expect(stateOf(book)).toMatchObject({ openBuys: '60.12', total: '60.12', orders: 1 });
  });

  it('reserves nothing negative when more was filled than ordered', () => {
    const book = new ExposureBook();
    book.reserve({ ...record(1), filled: dec('1.5') }, instrument);
    expect(stateOf(book)).toMatchObject({ openBuys: '0', total: '0' });
  });

  it('replaces a position’s cost in the total', () => {
    const book = new ExposureBook();
    book.setPosition(aPosition('1', '300'));
    book.setPosition(aPosition('2', '500'));
    expect(stateOf(book)).toMatchObject({ positionCost: '500', total: '500' });
  });

  it('keeps strategies apart and adds them up', () => {
    const book = new ExposureBook();
    const other = strategyId('other');
    book.reserve(record(1), instrument);
    book.reserve(record(2, { strategyId: other }), instrument);
    book.setPosition({ ...aPosition('1', '50'), strategyId: other });
    expect(toText(book.of(GRID).openBuys)).toBe('100.2');
    expect(toText(book.total)).toBe('250.4');
  });

  it('ignores the release of an order it does not know', () => {
    const book = new ExposureBook();
    book.release(record(1).intent.intentId);
    expect(stateOf(book)).toEqual(EMPTY);
  });

  it('counts what is held once, though a guard and the exit that waits for its end both reserve it', () => {
    const book = new ExposureBook();
    book.setPosition(aPosition('0.7', '70'));
    for (const n of [1, 2]) {
      const sell = { side: 'sell', purpose: 'exit', amount: dec('0.7') } as const;
      book.reserve(record(n, sell), instrument);
    }
    expect(toText(book.of(GRID).openSells)).toBe('1.4');
    expect(toText(book.reservedBase(BTC))).toBe('0.7');
  });

  it('frees nothing for others when a strategy has sold more than it held', () => {
    const book = new ExposureBook();
    const sell = record(1, { side: 'sell', purpose: 'exit', amount: dec('0.7') });
    book.reserve(sell, instrument);
    book.release(sell.intent.intentId);
    book.setPosition(aPosition('-0.7', '0'));
    expect(toText(book.reservedBase(BTC))).toBe('0');
  });

  describe('a pair', () => {
    const pair = () => {
      const ids = [anApproved(1).intentId, anApproved(2).intentId] as const;
      const exit = { side: 'sell', purpose: 'exit' } as const;
      return {
        stop: record(1, { ...exit, type: 'stop', trigger: dec('90'), pairId: ids[1] }),
        target: record(2, { ...exit, pairId: ids[0] }),
      };
    };

    it('delivers its larger leg once, whichever comes, fills and goes first', () => {
      const happening = fc.record({
        leg: fc.constantFrom('stop' as const, 'target' as const),
        what: fc.constantFrom('reserve' as const, 'release' as const),
        tenths: fc.nat({ max: 10 }),
      });
      fc.assert(
        fc.property(fc.array(happening, { maxLength: 12 }), (happenings) => {
          const book = new ExposureBook();
          book.setPosition(aPosition('1', '100'));
          const legs = pair();
          const open = new Map<OrderRecord, number>();
          for (const { leg, what, tenths } of happenings) {
            const order = legs[leg];
            if (what === 'release') {
              book.release(order.intent.intentId);
              open.delete(order);
            } else {
              order.filled = dec(tenths).times('0.1');
              book.reserve(order, instrument);
              open.set(order, 10 - tenths);
            }
            const largest = Math.max(0, ...open.values()) / 10;
            expect(toText(book.of(GRID).openSells)).toBe(String(largest));
            expect(toText(book.reservedBase(BTC))).toBe(String(largest));
          }
        }),
      );
    });

    it('is not counted among the open orders of strategies', () => {
      const book = new ExposureBook();
      const { stop, target } = pair();
      for (const order of [stop, target, record(3)]) book.reserve(order, instrument);
      expect(book.openOrders).toBe(1);
      book.release(stop.intent.intentId);
      expect(book.openOrders).toBe(1);
    });
  });

  it('shows what would be without some orders of a strategy, and is not touched by that', () => {
    const sorts = ['buy', 'sell', 'stop', 'pair'] as const;
    const wish = fc.record({
      sort: fc.constantFrom(...sorts),
      isOwn: fc.boolean(),
      goes: fc.boolean(),
      partnerGoes: fc.boolean(),
      tenths: fc.nat({ max: 10 }),
    });
    const held = fc.integer({ min: -1, max: 4 });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 6 }), held, held, (wishes, own, other) => {
        const [all, rest] = [new ExposureBook(), new ExposureBook()];
        for (const book of [all, rest]) {
          book.setPosition(aPosition(String(own), '100'));
          book.setPosition({ ...aPosition(String(other), '50'), strategyId: OTHER });
        }
        const gone: OrderRecord['intent']['intentId'][] = [];
        let sequence = 0;
        for (const { sort, isOwn, goes, partnerGoes, tenths } of wishes) {
          sequence += 2;
          for (const [order, isGone] of ordersOf(sort, sequence, isOwn, [goes, partnerGoes])) {
            order.filled = dec(tenths).times('0.1');
            all.reserve(order, instrument);
            if (isOwn && isGone) gone.push(order.intent.intentId);
            else rest.reserve(order, instrument);
          }
        }
        const before = stateOf(all);
        expect(sumsOf(all.without(gone))).toEqual(sumsOf(rest));
        expect(stateOf(all)).toEqual(before);
      }),
    );
  });
});
