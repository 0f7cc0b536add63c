import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCandleStore } from '../../../../src/adapters/candles/candleStore.ts';
import { marketSymbol } from '../../../../src/core/domain/ids.ts';
import { emptyColumns, type BarColumns } from '../../../../src/core/domain/market.ts';
import type { SeriesName } from '../../../../src/ports/candleStore.ts';
import { temporaryFolder } from '../../../builders/books.ts';

const folders: { dispose(): void }[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.dispose();
});

function aStore(): { readonly path: string; readonly store: ReturnType<typeof createCandleStore> } {
  const folder = temporaryFolder();
  folders.push(folder);
  const path = join(folder.path, 'candles');
  return { path, store: createCandleStore(path) };
}

const MINUTE = 60_000;
/** Two minutes before the end of January 2024. */
const T0 = Date.UTC(2024, 0, 31, 23, 58);
const BTC: SeriesName = { exchange: 'binance', symbol: marketSymbol('BTC/USDT'), timeframe: '1m' };

/** Bars at these minutes from T0; the price tells which bar it is. */
function barsAt(minutes: readonly number[], price = 100): BarColumns {
  const bars = emptyColumns(minutes.length);
  for (const [row, minute] of minutes.entries()) {
    bars.openTime[row] = T0 + minute * MINUTE;
    for (const name of ['open', 'high', 'low', 'close'] as const)
      bars[name][row] = price + minute / 7;
    bars.volume[row] = minute;
  }
  return bars;
}

const files = (path: string): string[] =>
  readdirSync(join(path, 'binance', 'BTC-USDT', '1m')).sort();

describe('the candle store', () => {
  it('gives back what it was given, a file a month, 44 bytes a bar and a header', () => {
    const { store, path } = aStore();
    const bars = barsAt([0, 1, 2, 5]);
    expect(store.write(BTC, bars)).toEqual({ added: 4, known: 0, differing: [] });
    expect(store.read(BTC)).toEqual(bars);
    expect(files(path)).toEqual(['2024-01.bars', '2024-02.bars']);
    const file = join(path, 'binance', 'BTC-USDT', '1m', '2024-01.bars');
    const header = readFileSync(file).indexOf('\n') + 1;
    expect(statSync(file).size).toBe(header + 2 * 44);
    expect(store.list()).toEqual([
      { ...BTC, bars: 4, first: T0, last: T0 + 5 * MINUTE, bytes: expect.any(Number) },
    ]);
  });

  it('reads a span, and nothing where there is nothing', () => {
    const { store } = aStore();
    store.write(BTC, barsAt([0, 1, 2, 5]));
    const span = { from: T0 + MINUTE, to: T0 + 5 * MINUTE };
    expect([...store.read(BTC, span).openTime]).toEqual([T0 + MINUTE, T0 + 2 * MINUTE]);
    expect(store.read(BTC, { from: T0 + 6 * MINUTE }).openTime).toHaveLength(0);
    expect(store.read({ ...BTC, timeframe: '1h' }).openTime).toHaveLength(0);
    expect(createCandleStore('/nowhere').list()).toEqual([]);
  });

  it('adds what is new, keeps what differs and says so, and replaces it only when told', () => {
    const { store } = aStore();
    store.write(BTC, barsAt([1, 2]));
    const differing = (replaced: boolean) => [{ openTime: T0 + 2 * MINUTE, replaced }];
    const changed = barsAt([0, 2, 3]);
    changed.close[1] = 99;
    expect(store.write(BTC, changed)).toEqual({ added: 2, known: 0, differing: differing(false) });
    expect(store.read(BTC)).toEqual(barsAt([0, 1, 2, 3]));
    expect(store.write(BTC, changed, { replace: true })).toEqual({
      ...{ added: 0, known: 2, differing: differing(true) },
    });
    expect(store.read(BTC).close[2]).toBe(99);
  });

  it('is the same whatever the order and the overlap of what was written', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(minutes, { minLength: 1, maxLength: 4 }), (parts) => {
        const { store } = aStore();
        const ascending = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
        for (const part of parts) store.write(BTC, barsAt(ascending(part)));
        expect(store.read(BTC)).toEqual(barsAt(ascending([...new Set(parts.flat())])));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses bars that do not ascend or are off their grid', () => {
    const { store } = aStore();
    expect(() => store.write(BTC, barsAt([1, 1]))).toThrow(
      'DATA_INVALID: 2024-01-31T23:59:00.000Z does not come',
    );
    expect(() => store.write(BTC, barsAt([0.5]))).toThrow('is off the grid of 1m bars');
    expect(store.list()).toEqual([]);
  });

  it('names a file that is cut, changed, or none of its own, and reads none of it', () => {
    const { store, path } = aStore();
    store.write(BTC, barsAt([0, 1, 2]));
    const file = join(path, 'binance', 'BTC-USDT', '1m', '2024-01.bars');
    const whole = readFileSync(file);
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    for (const [bytes, problem] of [
      [whole.subarray(0, -1), '87 bytes where 88 should be'],
      [flipped, 'the checksum does not match'],
      [Buffer.from('hello'), 'it does not begin with a header'],
      [Buffer.from('{"format":"other"}\n'), 'it is not of the format plimsoll-bars-1'],
    ] as const) {
      writeFileSync(file, bytes);
      expect(() => store.read(BTC)).toThrow(`DATA_CORRUPT: ${file}: ${problem}`);
      expect(store.verify()).toEqual([{ file, problem: expect.stringContaining(problem) }]);
    }
    writeFileSync(file, whole);
    expect(store.verify()).toEqual([]);
  });

  it('leaves the old file when it is killed while writing the new one', () => {
    const { store, path } = aStore();
    store.write(BTC, barsAt([0]));
    const file = join(path, 'binance', 'BTC-USDT', '1m', '2024-01.bars');
    // What a kill before the rename leaves behind.
    writeFileSync(`${file}.1.part`, 'half');
    expect(store.read(BTC)).toEqual(barsAt([0]));
    expect(store.write(BTC, barsAt([1])).added).toBe(1);
    renameSync(`${file}.1.part`, `${file}.2.part`);
    expect(store.verify()).toEqual([]);
  });
});
