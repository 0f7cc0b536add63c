import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FillPages } from '../../../../src/adapters/ccxt/fillPages.ts';
import { BTC } from '../../../builders/ccxt.ts';

const SIZE = 5;
const row = (id: number, timestamp: number) => ({
  id: String(id),
  order: '1',
  side: 'buy',
  price: '1',
  amount: '1',
  fee: { cost: '0.1', currency: 'BTC' },
  timestamp,
});
type Row = ReturnType<typeof row>;

/** An exchange with these trades; `onPage` runs before each answer. */
function pagesOver(trades: Row[], onPage: (call: number) => void = () => undefined) {
  let calls = 0;
  const pages = new FillPages(
    { kind: 'byId', size: SIZE, fromId: (id) => ({ fromId: id }) },
    async (_symbol, params) => {
      calls += 1;
      onPage(calls);
      const from = params['fromId'];
      if (from === undefined) return trades.slice(-SIZE);
      return trades.filter(({ id }) => Number(id) >= Number(from)).slice(0, SIZE);
    },
  );
  return { pages, calls: () => calls };
}

/** Trades with growing ids, several in one millisecond. */
const someTrades = fc
  .array(
    fc.record({ gap: fc.integer({ min: 1, max: 9 }), later: fc.integer({ min: 0, max: 2 }) }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let [id, at] = [0, 1_000];
    return steps.map(({ gap, later }) => row((id += gap), (at += later)));
  });

describe('FillPages', () => {
  it('finds every execution since a time, once, in order, also in later reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        someTrades,
        fc.array(fc.integer({ min: 990, max: 1_080 }), { minLength: 1, maxLength: 4 }),
        async (trades, times) => {
          const { pages } = pagesOver(trades);
          for (const since of times) {
            const ids = (await pages.since(BTC, since)).rows.map(({ tradeId }) => tradeId);
            expect(ids).toEqual(
              trades.filter(({ timestamp }) => timestamp >= since).map(({ id }) => id),
            );
          }
        },
      ),
    );
  });

  it('does not read the whole past again', async () => {
    const trades = Array.from({ length: 100 }, (_, i) => row(i + 1, 1_000 + i));
    const { pages, calls } = pagesOver(trades);
    await pages.since(BTC, 1_000);
    const first = calls();
    for (let i = 100; i < 110; i += 1) trades.push(row(i + 1, 1_000 + i));
    expect((await pages.since(BTC, 1_100)).rows).toHaveLength(10);
    expect(calls() - first).toBeLessThan(6);
  });

  it('counts an execution once that arrives while pages are read', async () => {
    const trades = Array.from({ length: 12 }, (_, i) => row(i + 1, 1_000 + i));
    const { pages } = pagesOver(trades, (call) => {
      if (call === 3) trades.push(row(13, 1_012));
    });
    const ids = (await pages.since(BTC, 1_000)).rows.map(({ tradeId }) => tradeId);
    expect(ids).toEqual(Array.from({ length: 13 }, (_, i) => String(i + 1)));
  });

  it('keeps both sides of a trade between two orders of ours', async () => {
    const trades = Array.from({ length: 12 }, (_, i) => row(i + 1, 1_000 + i));
    trades.splice(SIZE, 0, { ...row(SIZE, 1_004), side: 'sell', order: '2' });
    const { pages } = pagesOver(trades);
    const { rows: fills } = await pages.since(BTC, 1_000);
    expect(fills.filter(({ tradeId }) => tradeId === String(SIZE))).toHaveLength(2);
    expect(fills).toHaveLength(13);
  });

  it('fails on an answer that is no list', async () => {
    const pages = new FillPages(
      { kind: 'byId', size: SIZE, fromId: (id) => ({ fromId: id }) },
      async () => ({}),
    );
    await expect(pages.since(BTC, 1)).rejects.toThrow(/^GATEWAY_FAILED/);
  });

  it('finds every readable execution and names every other one, whatever rows cannot be read', async () => {
    const spoils: ((row: Row) => object)[] = [
      (row) => ({ ...row, fee: undefined }),
      (row) => ({ ...row, amount: '0' }),
      (row) => ({ ...row, timestamp: undefined }),
      (row) => ({ ...row, side: '' }),
    ];
    const spoil = fc.record({ at: fc.nat(), how: fc.integer({ min: 0, max: spoils.length - 1 }) });
    await fc.assert(
      fc.asyncProperty(someTrades, fc.array(spoil, { maxLength: 4 }), async (trades, broken) => {
        const spoilt = new Map(broken.map(({ at, how }) => [at % Math.max(trades.length, 1), how]));
        const rows = trades.map((row, index) => {
          const how = spoilt.get(index);
          return how === undefined ? row : { ...row, ...spoils[how]?.(row) };
        });
        const { pages } = pagesOver(rows);
        const { rows: fills, unreadable } = await pages.since(BTC, 0);
        expect(fills.map(({ tradeId }) => tradeId)).toEqual(
          trades.filter((_row, index) => !spoilt.has(index)).map(({ id }) => id),
        );
        expect(new Set(unreadable.map(({ name }) => name))).toEqual(
          new Set(trades.filter((_row, index) => spoilt.has(index)).map(({ id }) => id)),
        );
        expect(unreadable).toHaveLength(trades.length - fills.length);
      }),
    );
  });

  it('goes on past a row without an id at the end of a page', async () => {
    const trades = Array.from({ length: 12 }, (_, i) => row(i + 1, 1_000 + i));
    const rows = trades.map((it) => (it.id === '5' ? { ...it, id: '' } : it));
    const pages = new FillPages(
      { kind: 'byId', size: SIZE, fromId: (id) => ({ fromId: id }) },
      async (_symbol, params) => {
        const from = trades.findIndex(({ id }) => Number(id) >= Number(params['fromId'] ?? '8'));
        return rows.slice(from, from + SIZE);
      },
    );
    const { rows: fills, unreadable } = await pages.since(BTC, 1_000);
    expect(fills.map(({ tradeId }) => tradeId)).toEqual(
      trades.map(({ id }) => id).filter((id) => id !== '5'),
    );
    expect(unreadable).toMatchObject([{ what: 'trade', problem: 'no id', exchangeOrderId: '1' }]);
  });

  it('gives up when the exchange repeats a page', async () => {
    const page = Array.from({ length: SIZE }, (_, i) => row(i + 1, 1_000));
    const pages = new FillPages(
      { kind: 'byId', size: SIZE, fromId: (id) => ({ fromId: id }) },
      async () => page,
    );
    await expect(pages.since(BTC, 1)).rejects.toThrow('nothing new');
  });
});
