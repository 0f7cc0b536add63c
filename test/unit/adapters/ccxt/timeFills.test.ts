import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fillsByTime } from '../../../../src/adapters/ccxt/timeFills.ts';
import type { FetchStretch } from '../../../../src/adapters/ccxt/timeFills.ts';
import { BTC } from '../../../builders/ccxt.ts';

const SIZE = 5;
const row = (id: number, timestamp: number) => ({
  id: String(id).padStart(4, '0'),
  order: '1',
  side: 'buy',
  price: '1',
  amount: '1',
  fee: { cost: '0.1', currency: 'BTC' },
  timestamp,
});
type Row = ReturnType<typeof row>;

/** An exchange that gives the newest rows of a stretch, or the oldest. */
const exchange =
  (trades: readonly Row[], gives: 'newest' | 'oldest'): FetchStretch =>
  async ({ from, to }) => {
    const within = trades.filter(
      ({ timestamp }) => timestamp >= from && (to === undefined || timestamp <= to),
    );
    return gives === 'newest' ? within.slice(-SIZE) : within.slice(0, SIZE);
  };

const pagesOf = (fetch: FetchStretch) => ({ size: SIZE, fetch });

/** Never more than three trades in a millisecond. */
const someTrades = fc
  .array(fc.integer({ min: 1, max: 3 }), { maxLength: 20 })
  .map((counts) =>
    counts.flatMap((count, at) =>
      Array.from({ length: count }, (_, index) => row(at * 3 + index, 1_000 + at)),
    ),
  );

describe.each(['newest', 'oldest'] as const)('at an exchange that gives the %s first', (gives) => {
  it('every execution since a time is found, once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(someTrades, fc.integer({ min: 990, max: 1_025 }), async (trades, since) => {
        const { rows } = await fillsByTime(
          { symbol: BTC, since },
          pagesOf(exchange(trades, gives)),
        );
        expect(rows.map(({ tradeId }) => tradeId)).toEqual(
          trades.filter(({ timestamp }) => timestamp >= since).map(({ id }) => id),
        );
      }),
    );
  });

  it('more trades in one millisecond than a page holds are not passed over in silence', async () => {
    const trades = Array.from({ length: 2 * SIZE }, (_, index) => row(index, 1_000));
    const reading = fillsByTime({ symbol: BTC, since: 0 }, pagesOf(exchange(trades, gives)));
    await expect(reading).rejects.toThrow(/^GATEWAY_FAILED.*nothing new/);
  });
});

it('a row that cannot be read hides none of the others, also on a full page', async () => {
  const trades = Array.from({ length: 12 }, (_, index) => row(index, 1_000 + index));
  const rows = trades.map((it, index) => (index % 5 === 4 ? { ...it, fee: undefined } : it));
  const reading = fillsByTime(
    { symbol: BTC, since: 0 },
    pagesOf(exchange(rows as Row[], 'newest')),
  );
  const { rows: fills, unreadable } = await reading;
  expect(fills.map(({ tradeId }) => Number(tradeId))).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 10, 11]);
  expect(unreadable.map(({ name }) => Number(name)).sort((a, b) => a - b)).toEqual([4, 9]);
});

it('rows of another market count for the page, and are nothing else', async () => {
  const trades = Array.from({ length: 12 }, (_, index) => row(index, 1_000 + index));
  const rows = trades.map((it, index) => ({
    ...it,
    symbol: index % 2 === 0 ? 'BTC/USDT' : 'ETH/USDT',
  }));
  const { rows: fills, unreadable } = await fillsByTime(
    { symbol: BTC, since: 0 },
    pagesOf(exchange(rows, 'newest')),
  );
  expect(fills.map(({ tradeId }) => Number(tradeId))).toEqual([0, 2, 4, 6, 8, 10]);
  expect(unreadable).toEqual([]);
});

it('a full page in which no row says its time fails', async () => {
  const rows = Array.from({ length: SIZE }, (_, index) => ({
    ...row(index, 1),
    timestamp: undefined,
  }));
  const reading = fillsByTime(
    { symbol: BTC, since: 0 },
    pagesOf(async () => rows),
  );
  await expect(reading).rejects.toThrow(/^GATEWAY_FAILED.*says its time/);
});

it('where a question may span so much time only, the whole time is asked for in pieces', async () => {
  const SPAN = 7;
  await fc.assert(
    fc.asyncProperty(someTrades, fc.integer({ min: 950, max: 1_025 }), async (trades, since) => {
      const all = exchange(trades, 'newest');
      const fetch: FetchStretch = ({ from, to }) =>
        all({ from, to: Math.min(to ?? Infinity, from + SPAN) });
      const pages = { size: SIZE, window: { ms: SPAN, now: 1_030 }, fetch };
      const { rows } = await fillsByTime({ symbol: BTC, since }, pages);
      expect(rows.map(({ tradeId }) => tradeId)).toEqual(
        trades.filter(({ timestamp }) => timestamp >= since).map(({ id }) => id),
      );
    }),
  );
});

it('an answer that is no list fails', async () => {
  const reading = fillsByTime(
    { symbol: BTC, since: 0 },
    pagesOf(async () => ({})),
  );
  await expect(reading).rejects.toThrow(/^GATEWAY_FAILED/);
});
