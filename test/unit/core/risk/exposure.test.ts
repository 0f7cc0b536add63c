import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import type { OrderIntent, OrderRecord } from '../../../../src/core/domain/order.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { ExposureBook } from '../../../../src/core/risk/exposure.ts';
import { anApproved, anInstrument, GRID, USDT } from '../../../builders/orders.ts';
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
});
