import { describe, expect, it } from '@jest/globals';
import { emptyColumns, type Bar, type BarColumns } from '../../../src/core/domain/market.ts';
import { Atr } from '../../../src/core/indicators/atr.ts';
import { Ema } from '../../../src/core/indicators/ema.ts';
import { Rsi } from '../../../src/core/indicators/rsi.ts';
import { Sma } from '../../../src/core/indicators/sma.ts';
import { SignalEngine } from '../../../src/core/signals/signalEngine.ts';
import { indicatorSubject, signalSubject } from '../../../src/research/subjects.ts';
import { lookAhead, saidText, warmUp, type Subject } from '../../../src/research/truncation.ts';
import { Random } from '../../../src/core/domain/random.ts';

const MINUTE_MS = 60_000;
const QUIET = { cuts: 12, lengthMs: MINUTE_MS, onProgress: () => undefined };

function walk(rows: number, seed = 1): BarColumns {
  const random = Random.stream(seed, 'walk');
  const bars = emptyColumns(rows);
  let price = 100;
  for (let row = 0; row < rows; row += 1) {
    const open = price;
    price = open * (1 + random.normal() * 0.002);
    bars.openTime[row] = row * MINUTE_MS;
    bars.open[row] = open;
    bars.high[row] = Math.max(open, price) * 1.001;
    bars.low[row] = Math.min(open, price) * 0.999;
    bars.close[row] = price;
    bars.volume[row] = 1 + random.uniform();
  }
  return bars;
}

const BARS = walk(400);

/** What a bug may do: the indicator has got hold of the whole history. */
const planted = (value: (history: BarColumns, row: number) => number): Subject =>
  indicatorSubject((history) => {
    let row = -1;
    return { update: () => value(history, (row += 1)) };
  }, MINUTE_MS);

describe('look-ahead in an indicator', () => {
  it.each([
    ['reads the next close', ({ close }: BarColumns, row: number) => close[row + 1] ?? 0],
    [
      'is centred',
      ({ close }: BarColumns, row: number) => (close[row - 2] ?? 0) + (close[row + 2] ?? 0),
    ],
    [
      'is a share of the largest ever',
      ({ close }: BarColumns, row: number) => (close[row] ?? 0) / Math.max(...close),
    ],
    ['knows how long it goes on', ({ openTime }: BarColumns, row: number) => openTime.length - row],
    [
      'looks for its bar in the memory behind',
      ({ close }: BarColumns, row: number) => new Float64Array(close.buffer)[row + 1] ?? 0,
    ],
  ])('is found when it %s', async (_words, value) => {
    const { leaks, cuts } = await lookAhead(planted(value), BARS, QUIET);
    expect(cuts).toBeGreaterThan(4);
    expect(leaks.length).toBeGreaterThan(cuts / 2);
    const [first] = leaks;
    expect(saidText(first?.withFuture)).not.toBe(saidText(first?.withoutFuture));
    expect(first?.at).toBeLessThanOrEqual(first?.cutAt ?? 0);
  });

  it('is found where something of one history is kept for the next', async () => {
    const cache = new Map<number, number>();
    const kept = planted(({ close }, row) => {
      const next = close[row + 1];
      if (next !== undefined) cache.set(row, next);
      return cache.get(row) ?? 0;
    });
    expect((await lookAhead(kept, BARS, QUIET)).leaks.length).toBeGreaterThan(3);
  });

  it('is found where it shows only when something is done', async () => {
    const rare: Subject = ({ close, openTime }) =>
      [...openTime].map((at, row) => {
        const acts = row % 37 === 5 && (close[row + 1] ?? 0) > 0;
        return { at: at + MINUTE_MS, words: acts ? 'buy' : 'wait', numbers: {}, acts };
      });
    const { leaks } = await lookAhead(rare, BARS, QUIET);
    expect(leaks[0]).toMatchObject({
      withFuture: { words: 'buy' },
      withoutFuture: { words: 'wait' },
    });
    expect(leaks[0]?.at).toBe(leaks[0]?.cutAt);
  });

  it('is found in what is only said, or not said any more', async () => {
    const silent: Subject = ({ openTime }) =>
      [...openTime]
        .filter((_at, row) => row < openTime.length - 3)
        .map((at) => ({ at: at + MINUTE_MS, words: 'late', numbers: {} }));
    const [leak] = (await lookAhead(silent, BARS, QUIET)).leaks;
    expect(leak).toMatchObject({ withFuture: { words: 'late' }, withoutFuture: undefined });
  });

  it('is not found in those there are', async () => {
    const makes = [() => new Sma(20), () => new Ema(20), () => new Rsi(14), () => new Atr(14)];
    for (const make of makes) {
      const { leaks, compared } = await lookAhead(indicatorSubject(make, MINUTE_MS), BARS, QUIET);
      expect(leaks).toEqual([]);
      expect(compared).toBeGreaterThan(500);
    }
  });
});

describe('look-ahead in signals', () => {
  it('is not found in the score and its data points', async () => {
    const { leaks, compared } = await lookAhead(signalSubject(MINUTE_MS), BARS, QUIET);
    expect(leaks).toEqual([]);
    expect(compared).toBeGreaterThan(500);
  });

  it('is found where the engine is fed one bar too many', async () => {
    const early = signalSubject(MINUTE_MS, (history) => {
      const engine = new SignalEngine(MINUTE_MS);
      let row = 0;
      return {
        update: (bar: Bar) => {
          row += 1;
          const close = history.close[row] ?? bar.close;
          engine.update({
            ...bar,
            close,
            high: Math.max(bar.high, close),
            low: Math.min(bar.low, close),
          });
        },
        read: () => engine.read(),
      };
    });
    expect((await lookAhead(early, BARS, QUIET)).leaks.length).toBeGreaterThan(3);
  });
});

describe('a warm-up', () => {
  const options = { moments: 5, sizeOf: () => undefined, onProgress: () => undefined };
  const measured = async (subject: Subject, ...lengths: readonly number[]) =>
    (await warmUp(subject, BARS, { ...options, lengths })).lengths;

  it('is enough where nothing older counts', async () => {
    const [short, whole] = await measured(
      indicatorSubject(() => new Sma(20), MINUTE_MS),
      19,
      20,
    );
    expect(short?.deviation).toBe(Infinity);
    expect(whole).toMatchObject({ bars: 20, otherWords: 0 });
    expect(whole?.deviation).toBeLessThan(1e-12);
  });

  it('is the longer the nearer where all of the past counts', async () => {
    const lengths = await measured(
      indicatorSubject(() => new Ema(20), MINUTE_MS),
      20,
      60,
      200,
    );
    const [a = 0, b = 0, c = 0] = lengths.map(({ deviation }) => deviation);
    expect(a).toBeGreaterThan(b);
    expect(b).toBeGreaterThan(c);
    expect(c).toBeLessThan(1e-6);
    expect(lengths[0]?.number).toBe('value');
  });

  it('counts the moments at which something else is said, and takes sizes that are known', async () => {
    const counting: Subject = ({ openTime }) =>
      [...openTime].map((at, row) => ({
        at,
        words: row < 50 ? 'young' : 'old',
        numbers: { age: Math.min(row, 100) },
      }));
    expect((await measured(counting, 10, 200))[0]).toMatchObject({ otherWords: 5, deviation: 0 });
    expect((await measured(counting, 91, 200))[0]).toMatchObject({ otherWords: 0, deviation: 0.1 });
    const [known] = (
      await warmUp(counting, BARS, { ...options, lengths: [91, 200], sizeOf: () => 1_000 })
    ).lengths;
    expect(known?.deviation).toBe(0.01);
  });
});
