/** What a strategy says after a restart, when all it has is the bars a daemon fetches then. */
import { describe, expect, it } from '@jest/globals';
import type { StrategyKind } from '../../../../src/core/strategies/contract.ts';
import { MEAN_REVERSION } from '../../../../src/core/strategies/meanReversion/kind.ts';
import { TREND } from '../../../../src/core/strategies/trend/kind.ts';
import { walkOf } from '../../../builders/bars.ts';
import { StrategyBench } from '../../../builders/strategyContext.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Never enters, so that nothing but its indicators speaks. */
const STILL = { min_score: 1 };

const CASES: readonly (readonly [string, StrategyKind, Keys])[] = [
  ['trend', TREND, { ema_fast: 12, ema_slow: 26 }],
  ['trend with the longest look-backs', TREND, { ema_fast: 200, ema_slow: 500, atr_length: 500 }],
  ['mean reversion', MEAN_REVERSION, { rsi_length: 14 }],
  ['mean reversion with the longest RSI', MEAN_REVERSION, { rsi_length: 500 }],
];

/** Numbers of the last decision after the last so many of the closes. */
function said(kind: StrategyKind, keys: Keys, closes: readonly number[]): Map<string, number> {
  const bench = new StrategyBench({ kind, score: -1, keys: { ...keys, ...STILL } });
  for (const close of closes) bench.bar(close);
  const numbers = Object.entries(bench.lastDecision.inputs).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return new Map(numbers);
}

function largestGap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const gaps = [...a].map(([name, value]) => {
    const other = b.get(name) ?? Number.NaN;
    return value === other ? 0 : Math.abs(value - other) / Math.max(Math.abs(value), 1e-300);
  });
  return Math.max(...gaps);
}

describe.each(CASES)('%s', (_name, kind, keys) => {
  const bench = new StrategyBench({ kind, keys: { ...keys, ...STILL } });
  const { settleBars = 0, warmUpBars } = bench.strategy;
  const closes = walkOf(settleBars + 3_000, 5).map((bar) => bar.close);
  const all = said(kind, keys, closes);

  it('says with the bars it settles in what it says with all of the past, to 1e-9', () => {
    const gap = largestGap(all, said(kind, keys, closes.slice(-settleBars)));
    expect(all.size).toBeGreaterThan(2);
    expect(gap).toBeLessThan(1e-9);
  });

  it('would not with the bars it needs to decide at all', () => {
    expect(warmUpBars).toBeLessThan(settleBars);
    expect(largestGap(all, said(kind, keys, closes.slice(-warmUpBars)))).toBeGreaterThan(1e-9);
  });
});
