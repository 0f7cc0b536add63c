import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { History } from '../../../../src/adapters/ccxt/history.ts';
import type { ExchangeSource } from '../../../../src/adapters/ccxt/session.ts';
import type { CcxtExchange } from '../../../../src/adapters/ccxt/types.ts';
import { BTC, hurriedClock, keepingLogger } from '../../../builders/ccxt.ts';

const MINUTE = 60_000;
const KEY = { symbol: BTC, timeframe: '1m' } as const;
const FIRST = 1_700_000_040_000;
const at = (n: number): number => FIRST + n * MINUTE;
type Page = (since: number | undefined, rows: number) => unknown;

/** History over an exchange with `bars` bars, of which the last is forming; at most `pageMax` in an answer. */
function historyOf(page: Page) {
  const calls: (readonly [number | undefined, number])[] = [];
  const exchange: Pick<CcxtExchange, 'fetchOHLCV'> = {
    fetchOHLCV: async (_symbol, _timeframe, since, rows = 0) => {
      calls.push([since, rows]);
      return page(since, rows);
    },
  };
  const source: ExchangeSource = {
    options: { clock: hurriedClock(1_000), logger: keepingLogger() },
    secrets: [],
    lane: async () => ({ exchange: exchange as CcxtExchange }),
  };
  return { history: new History(source), calls };
}

const bars =
  (count: number, pageMax = 1_000, missing: ReadonlySet<number> = new Set()): Page =>
  (since, rows) => {
    const all = Array.from({ length: count }, (_, n) => n)
      .filter((n) => !missing.has(n))
      .map((n) => [at(n), 1, 2, 0.5, 1.5, n]);
    const size = Math.min(rows, pageMax);
    return since === undefined
      ? all.slice(-size)
      : all.filter(([time = 0]) => time >= since).slice(0, size);
  };

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
const volumes = (rows: readonly { readonly volume: number }[]): number[] =>
  rows.map(({ volume }) => volume);

describe('the newest bars', () => {
  it('are closed ones: the forming bar is left out', async () => {
    const { history, calls } = historyOf(bars(50));
    expect(volumes(await history.bars(KEY, { limit: 10 }))).toEqual(numbers(39, 49));
    expect(calls).toEqual([[undefined, 11]]);
  });

  it('come over several pages', async () => {
    const { history } = historyOf(bars(3_000));
    expect(volumes(await history.bars(KEY, { limit: 2_500 }))).toEqual(numbers(499, 2_999));
  });

  it('come from an exchange that serves small pages', async () => {
    const { history } = historyOf(bars(1_000, 100));
    expect(volumes(await history.bars(KEY, { from: at(0), limit: 5_000 }))).toEqual(
      numbers(0, 999),
    );
  });

  it('come in full from an exchange that serves less than was asked for, however little', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 400 }),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 900 }),
        async (pageMax, count, limit) => {
          const { history } = historyOf(bars(count, pageMax));
          expect(volumes(await history.bars(KEY, { limit }))).toEqual(
            numbers(Math.max(0, count - 1 - limit), count - 1),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('stop at the oldest that an exchange gives, whatever it is asked for', async () => {
    const all = bars(1_000);
    const { history } = historyOf(() => all(undefined, 720));
    expect(volumes(await history.bars(KEY, { limit: 900 }))).toEqual(numbers(280, 999));
  });

  it('before a time end there', async () => {
    const { history } = historyOf(bars(50));
    expect(volumes(await history.bars(KEY, { to: at(20), limit: 5 }))).toEqual(numbers(15, 20));
  });

  it('are as many as there are', async () => {
    const { history } = historyOf(bars(5));
    expect(volumes(await history.bars(KEY, { limit: 100 }))).toEqual(numbers(0, 4));
    const { history: empty } = historyOf(bars(0));
    expect(await empty.bars(KEY, { limit: 100 })).toEqual([]);
  });
});

describe('bars of a time', () => {
  it('begin and end where asked, the end left out', async () => {
    const { history } = historyOf(bars(3_000));
    expect(volumes(await history.bars(KEY, { from: at(10), to: at(2_200), limit: 5_000 }))).toEqual(
      numbers(10, 2_200),
    );
  });

  it('up to now leave the forming bar out', async () => {
    const { history } = historyOf(bars(50));
    expect(volumes(await history.bars(KEY, { from: at(45), to: at(500), limit: 5_000 }))).toEqual(
      numbers(45, 49),
    );
  });

  it('jump over times without trades', async () => {
    const missing = new Set(numbers(20, 1_500));
    const { history } = historyOf(bars(2_000, 1_000, missing));
    expect(volumes(await history.bars(KEY, { from: at(10), to: at(1_510), limit: 5_000 }))).toEqual(
      [...numbers(10, 20), ...numbers(1_500, 1_510)],
    );
  });

  it('are the oldest ones when there are more than the limit', async () => {
    const { history } = historyOf(bars(50));
    expect(volumes(await history.bars(KEY, { from: at(10), limit: 3 }))).toEqual([10, 11, 12]);
  });

  it('that is empty are not asked for', async () => {
    const { history, calls } = historyOf(bars(50));
    expect(await history.bars(KEY, { from: at(5), to: at(5), limit: 10 })).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe('failures', () => {
  it('are tried again', async () => {
    let failures = 3;
    const page = bars(50);
    const { history } = historyOf((since, rows) => {
      failures -= 1;
      if (failures >= 0) throw new Error('try later');
      return page(since, rows);
    });
    expect(await history.bars(KEY, { limit: 10 })).toHaveLength(10);
  });

  it.each([
    [
      'an error',
      () => {
        throw new Error('GET /?signature=abc failed');
      },
    ],
    ['no list', () => 'web page'],
    ['rows of nulls', () => [[null, null, null, null, null, null]]],
    [
      'rows out of order',
      () => [
        [at(2), 1, 1, 1, 1, 1],
        [at(1), 1, 1, 1, 1, 1],
      ],
    ],
  ])('that stay end in HISTORY_UNAVAILABLE after four attempts: %s', async (_name, page: Page) => {
    const { history, calls } = historyOf(page);
    await expect(history.bars(KEY, { limit: 10 })).rejects.toThrow(
      /^HISTORY_UNAVAILABLE: BTC\/USDT 1m: (?!.*signature=abc)/,
    );
    expect(calls).toHaveLength(4);
  });
});
