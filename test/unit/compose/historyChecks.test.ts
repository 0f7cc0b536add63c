import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookAheadOf, warmUpOf } from '../../../src/compose/historyChecks.ts';
import { asItsKindDoes, type MakeObserved } from '../../../src/compose/strategySubject.ts';
import type { Strategy } from '../../../src/core/strategies/contract.ts';
import { temporaryFolder } from '../../builders/books.ts';
import { BUY } from '../../builders/engine.ts';
import { walkCandles } from '../../builders/recordings.ts';

let folder: ReturnType<typeof temporaryFolder>;
let dataFile: string;
beforeAll(() => {
  folder = temporaryFolder();
  dataFile = walkCandles(folder.path, 'x_BTCUSDT', 3, 2_600);
});
afterAll(() => {
  folder.dispose();
});

const QUIET = { onProgress: () => undefined, onRemark: () => undefined };
const COMMON = 'schema_version: 1\nid: it\nsymbol: BTC/USDT\nbudget: 500 USDT\n';
const KINDS = {
  dca: 'kind: dca\ntimeframe: 1m\nevery: 20m\namount: 20 USDT\n',
  trend: 'kind: trend\ntimeframe: 5m\nema_fast: 3\nema_slow: 8\n',
  meanReversion: 'kind: mean_reversion\ntimeframe: 1m\nmin_score: -0.9\n',
  grid: 'kind: grid\ntimeframe: 1m\nlower: -2%\nupper: 2%\nlines: 5\n',
};

function requestOf(kind: keyof typeof KINDS, count: number) {
  const strategyFile = join(folder.path, `${kind}.yaml`);
  writeFileSync(strategyFile, COMMON + KINDS[kind]);
  return { ...QUIET, strategyFile, dataFile, count };
}

/** The strategy with another mind about each bar. */
function changed(strategy: Strategy, changes: Partial<Strategy>): Strategy {
  return {
    warmUpBars: strategy.warmUpBars,
    readsSignals: false,
    update: (bar) => {
      strategy.update(bar);
    },
    onBar: (bar, context) => {
      strategy.onBar(bar, context);
    },
    onFill: (order, fill, context) => {
      strategy.onFill(order, fill, context);
    },
    onOrderClosed: (order, context) => {
      strategy.onOrderClosed(order, context);
    },
    onStopped: (context) => {
      strategy.onStopped(context);
    },
    snapshot: () => strategy.snapshot(),
    restore: (snapshot) => {
      strategy.restore(snapshot);
    },
    ...changes,
  };
}

describe('check look-ahead', () => {
  it.each(['dca', 'trend', 'meanReversion', 'grid'] as const)('finds none in %s', async (kind) => {
    const { strategySays, signalsSay, bars } = await lookAheadOf(requestOf(kind, 6));
    expect(strategySays.leaks).toEqual([]);
    expect(strategySays.compared).toBeGreaterThan(500);
    expect(signalsSay?.leaks ?? []).toEqual([]);
    expect(bars).toBe(2_600);
  });

  it('finds a strategy that buys before the price goes up', async () => {
    const prophet: MakeObserved = (spec, { openTime, close }) =>
      changed(asItsKindDoes(spec, { openTime, close } as never), {
        onBar: (bar, context) => {
          const row = openTime.indexOf(bar.openTime);
          const next = close[row + 1] ?? 0;
          if (context.openOrders.length === 0 && next > bar.close * 1.005)
            context.place({ ...BUY, price: bar.close });
          context.decide('DCA_HOLD', { close: bar.close });
        },
      });
    const { strategySays } = await lookAheadOf(requestOf('dca', 12), prophet);
    expect(strategySays.leaks.length).toBeGreaterThan(2);
    const [leak] = strategySays.leaks;
    expect(leak?.withFuture?.words).toContain('place buy limit');
    expect(leak?.withoutFuture?.words).not.toContain('place');
    expect(leak?.at).toBe(leak?.cutAt);
  });

  it('finds a number in a decision that knows the whole history', async () => {
    const scaled: MakeObserved = (spec, history) =>
      changed(asItsKindDoes(spec, history), {
        onBar: (bar, context) => {
          context.decide('DCA_HOLD', { share: bar.close / (history.close.at(-1) ?? 1) });
        },
      });
    expect(
      (await lookAheadOf(requestOf('dca', 4), scaled)).strategySays.leaks.length,
    ).toBeGreaterThan(0);
  });

  it('refuses a time without bars', async () => {
    const request = { ...requestOf('dca', 4), fromMs: Date.UTC(2030, 0, 1) };
    await expect(lookAheadOf(request)).rejects.toThrow('DATA_INVALID');
  });
});

describe('check warm-up', () => {
  it('finds what a daemon fetches to be enough', async () => {
    const found = await warmUpOf(requestOf('meanReversion', 4));
    expect(found).toMatchObject({ isEnough: true, timeframe: '1m', fetched: 1_001 });
    expect(found.strategySays.lengths.at(-1)).toMatchObject({ bars: 1_001, otherWords: 0 });
    expect(found.signalsSay?.lengths.at(-1)?.deviation).toBeLessThan(0.01);
  });

  it('finds a strategy that remembers more than a daemon fetches', async () => {
    const endless: MakeObserved = (spec, history) => {
      let sum = 0;
      return changed(asItsKindDoes(spec, history), {
        update: (bar) => {
          sum += bar.close;
        },
        onBar: (_bar, context) => {
          context.decide('DCA_HOLD', { sum });
        },
      });
    };
    const found = await warmUpOf(requestOf('dca', 4), endless);
    expect(found.isEnough).toBe(false);
    expect(found.strategySays.lengths.at(-1)).toMatchObject({ otherWords: 0, number: '1 sum' });
  });

  it('says how much history it takes to tell', async () => {
    await expect(warmUpOf(requestOf('trend', 4))).rejects.toThrow(
      'there are 520 bars of 5m; to tell what a longer past would change, 2002 are needed',
    );
  });
});
