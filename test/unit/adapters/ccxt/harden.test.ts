/** What the lists of a query keep, over the smallest exchange that lists anything. */
import { describe, expect, it } from '@jest/globals';
import { harden } from '../../../../src/adapters/ccxt/harden.ts';

class Exchange {
  parseTrade(row: { id: string }): unknown {
    if (row.id === '2') throw new TypeError('cannot read properties of undefined');
    return { ...row, timestamp: 5 };
  }

  parseOrder(row: { id: string }): unknown {
    if (row.id === '2') throw new TypeError('cannot read properties of null');
    return row;
  }

  filterBySymbolSinceLimit(rows: readonly unknown[]): readonly unknown[] {
    return rows.slice(1);
  }
}

const hardened = (keepsEveryRow: boolean) => {
  const hooks = { keepsEveryRow } as Parameters<typeof harden>[1];
  return new (harden(Exchange as never, hooks))({});
};

describe('lists of queries', () => {
  const exchange = hardened(true);
  const market = { symbol: 'BTC/USDT' };

  it('keep every row, those of which ccxt knows no market or time, too', () => {
    expect(exchange.filterBySymbolSinceLimit(['a', 'b'], 'BTC/USDT', 1, 1)).toEqual(['a', 'b']);
  });

  it('have a row that ccxt chokes on as it was sent, and the others read', () => {
    expect(exchange.parseTrade({ id: '1' }, market)).toEqual({ id: '1', timestamp: 5 });
    for (const row of [
      exchange.parseTrade({ id: '2' }, market),
      exchange.parseOrder({ id: '2' }, market),
    ])
      expect(row).toEqual({ id: '2', symbol: 'BTC/USDT', info: { id: '2' } });
  });
});

it('other lanes are left as they are: ccxt’s caches sort and cut', () => {
  const exchange = hardened(false);
  expect(exchange.filterBySymbolSinceLimit(['a', 'b'])).toEqual(['b']);
  expect(() => exchange.parseTrade({ id: '2' })).toThrow(TypeError);
});
