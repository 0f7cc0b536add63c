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
            const ids = (await pages.since(BTC, since)).map(({ tradeId }) => tradeId);
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
    expect(await pages.since(BTC, 1_100)).toHaveLength(10);
    expect(calls() - first).toBeLessThan(6);
  });

  it('counts an execution once that arrives while pages are read', async () => {
    const trades = Array.from({ length: 12 }, (_, i) => row(i + 1, 1_000 + i));
    const { pages } = pagesOver(trades, (call) => {
      if (call === 3) trades.push(row(13, 1_012));
    });
    const ids = (await pages.since(BTC, 1_000)).map(({ tradeId }) => tradeId);
    expect(ids).toEqual(Array.from({ length: 13 }, (_, i) => String(i + 1)));
  });

  it('keeps both sides of a trade between two orders of ours', async () => {
    const trades = Array.from({ length: 12 }, (_, i) => row(i + 1, 1_000 + i));
    trades.splice(SIZE, 0, { ...row(SIZE, 1_004), side: 'sell', order: '2' });
    const { pages } = pagesOver(trades);
    const fills = await pages.since(BTC, 1_000);
    expect(fills.filter(({ tradeId }) => tradeId === String(SIZE))).toHaveLength(2);
    expect(fills).toHaveLength(13);
  });

  it.each([
    ['no list', {}],
    ['a row without a fee', [{ ...row(1, 1_000), fee: undefined }]],
    ['a row without an id', [{ ...row(1, 1_000), id: undefined }]],
    ['a row without an amount', [{ ...row(1, 1_000), amount: '0' }]],
  ])('fails on %s', async (_name, answer) => {
    const pages = new FillPages(
      { kind: 'byId', size: SIZE, fromId: (id) => ({ fromId: id }) },
      async () => answer,
    );
    await expect(pages.since(BTC, 1)).rejects.toThrow(/^GATEWAY_FAILED/);
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
