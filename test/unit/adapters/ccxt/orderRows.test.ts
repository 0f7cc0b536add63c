import { describe, expect, it } from '@jest/globals';
import { findOrder, orderRows } from '../../../../src/adapters/ccxt/orderRows.ts';
import { binanceRules } from '../../../../src/adapters/ccxt/quirks/rules/binance.ts';
import { coinbaseRules } from '../../../../src/adapters/ccxt/quirks/rules/coinbase.ts';
import { clientOrderId, exchangeOrderId } from '../../../../src/core/domain/ids.ts';
import type { OrderRef } from '../../../../src/ports/exchangeGateway.ts';
import { BTC } from '../../../builders/ccxt.ts';

const CONTEXT = { symbol: BTC, receivedAt: 99, idForm: 'plain' } as const;
const ROW = { id: '28', clientOrderId: 'xmine', symbol: BTC, status: 'open', timestamp: 5 };
const BY_HAND = { ...ROW, id: '29', clientOrderId: '' };
const UNREADABLE = { ...ROW, id: '30', clientOrderId: 'web_1', status: 'limbo' };
const MINE: OrderRef = { symbol: BTC, clientOrderId: clientOrderId('xmine') };

const read = (...rows: readonly unknown[]) => orderRows(rows, CONTEXT);

describe('a list of orders', () => {
  it('gives the rows that can be read, and names those that cannot', () => {
    const listing = read(ROW, BY_HAND, UNREADABLE, null, { symbol: BTC, info: { a: 1 } });
    expect(listing.rows.map((report) => [report.exchangeOrderId, report.clientOrderId])).toEqual([
      ['28', 'xmine'],
      ['29', undefined],
    ]);
    expect(listing.unreadable).toEqual([
      {
        what: 'order',
        symbol: BTC,
        name: '30',
        problem: 'an unknown status "limbo"',
        exchangeOrderId: '30',
        clientOrderId: 'web_1',
      },
      { what: 'order', symbol: BTC, name: 'null', problem: 'the market not said' },
      { what: 'order', symbol: BTC, name: '{"a":1}', problem: 'no id' },
    ]);
  });

  it('leaves out rows of other markets', () => {
    expect(read({ ...ROW, symbol: 'ETH/USDT' })).toEqual({ rows: [], unreadable: [] });
  });

  it.each([{}, undefined, 'text', [null], [{ symbol: BTC, status: 'open' }]])(
    'is not read out of %j',
    (answer) => {
      expect(() => orderRows(answer, CONTEXT)).toThrow(/^GATEWAY_FAILED/);
    },
  );
});

describe('an order that is looked for in a list', () => {
  it('is found by our id, and by the exchange’s where the row has no other', () => {
    expect(findOrder(read(BY_HAND, ROW), MINE, binanceRules)?.exchangeOrderId).toBe('28');
    const known = { ...MINE, exchangeOrderId: exchangeOrderId('29') };
    expect(findOrder(read(BY_HAND), known, binanceRules)?.exchangeOrderId).toBe('29');
  });

  it('is absent beside rows that are certainly others', () => {
    expect(findOrder(read(BY_HAND, UNREADABLE), MINE, binanceRules)).toBeUndefined();
  });

  it('is not proved absent by a row that may be it', () => {
    const itself = { ...UNREADABLE, clientOrderId: 'xmine' };
    const nameless = { symbol: BTC, status: 'open' };
    for (const row of [itself, nameless, null])
      expect(() => findOrder(read(BY_HAND, row), MINE, binanceRules)).toThrow('cannot be read');
  });

  it('is not proved absent by one without an id where lists may leave it out', () => {
    expect(() => findOrder(read(BY_HAND), MINE, coinbaseRules)).toThrow('no client id');
    const isOther = (id: string): boolean => id === '29';
    expect(findOrder(read(BY_HAND), { ...MINE, isOther }, coinbaseRules)).toBeUndefined();
    const known = { ...MINE, exchangeOrderId: exchangeOrderId('31') };
    expect(findOrder(read(BY_HAND), known, coinbaseRules)).toBeUndefined();
  });
});
