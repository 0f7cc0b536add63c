import { describe, expect, it } from '@jest/globals';
import { binance } from '../../../../../src/adapters/ccxt/quirks/binance.ts';

const answer = (status: number, code: unknown, msg = 'x') => ({ status, body: { code, msg } });
const { orders } = binance;

describe('what proves that there is no order', () => {
  it.each([-1013, -1021, -1022, -1111, -1121, -2010, -2014, -2015])(
    '%d with a client error does',
    (code) => {
      expect(orders.refusalOf(answer(400, code))).toBe(String(code));
    },
  );

  it.each([-1000, -1001, -1003, -1006, -1007, -1008, -1015, -1016, -2011, -2013, 0, 200, 1013])(
    '%d does not',
    (code) => {
      expect(orders.refusalOf(answer(400, code))).toBeUndefined();
    },
  );

  it.each([200, 408, 418, 429, 500, 502, 503, 504])('no code does with status %d', (status) => {
    expect(orders.refusalOf(answer(status, -1013))).toBeUndefined();
  });

  it('a duplicate id does not: the first order with it may be alive', () => {
    expect(orders.refusalOf(answer(400, -2010, 'Duplicate order sent.'))).toBeUndefined();
  });

  it('a code that is text, or missing, does not', () => {
    expect([
      orders.refusalOf(answer(400, '-1013')),
      orders.refusalOf({ status: 400, body: undefined }),
      orders.refusalOf({ status: 400, body: [] }),
    ]).toEqual([undefined, undefined, undefined]);
  });
});

describe('what a cancel and a look-up are told', () => {
  it('an order that is not open', () => {
    expect([
      orders.isOrderUnknown(answer(400, -2011, 'Unknown order sent.')),
      orders.isOrderUnknown(answer(400, -2013, 'Order does not exist.')),
    ]).toEqual([true, true]);
    expect([
      orders.isOrderUnknown(answer(500, -2013)),
      orders.isOrderUnknown(
        answer(400, -2011, 'Order was not canceled due to cancel restrictions.'),
      ),
    ]).toEqual([false, false]);
  });

  it('a refused cancel', () => {
    expect(
      orders.cancelRefusalOf(
        answer(400, -2011, 'Order was not canceled due to cancel restrictions.'),
      ),
    ).toBe('-2011');
    expect(orders.cancelRefusalOf(answer(400, -2011, 'Unknown order sent.'))).toBeUndefined();
    expect(orders.cancelRefusalOf(answer(400, -1022))).toBe('-1022');
    expect(orders.cancelRefusalOf(answer(503, -2011))).toBeUndefined();
  });

  it('a clock that is off', () => {
    expect([
      orders.isClockRefused(answer(400, -1021)),
      orders.isClockRefused(answer(400, -1022)),
    ]).toEqual([true, false]);
  });
});
