/** What the daemon trades at the simulated exchange and what its backtest trades: alike, or different for a cause. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { causeCounts } from '../../src/research/drift/compare.ts';
import type { DriftResult } from '../../src/research/drift/drift.ts';
import type { DriftDifference } from '../../src/research/drift/types.ts';
import { DiskFolder } from './disk.ts';
import { parity, type ParityOptions } from './parity.ts';
import { USUAL_IDS } from './switchedOff.ts';

const TEST_MS = 40_000;

let folder: DiskFolder;
beforeAll(() => {
  folder = new DiskFolder();
});
afterAll(() => {
  folder.remove();
});

async function all(
  seeds: readonly number[],
  options: Partial<ParityOptions> = {},
): Promise<DriftResult[]> {
  const results: DriftResult[] = [];
  for (const seed of seeds) {
    const result = await parity({ ...options, seed, folder });
    if (result) results.push(result);
  }
  return results;
}

const differencesOf = (results: readonly DriftResult[]): DriftDifference[] =>
  results.flatMap(({ differences }) => differences);

const unexplainedOf = (results: readonly DriftResult[]): DriftDifference[] =>
  differencesOf(results).filter(({ findings }) =>
    findings.some(({ cause }) => cause === 'unexplained'),
  );

describe('the daemon at the simulated exchange and the backtest of the same time', () => {
  it(
    'trade alike, or differ for a cause: every kind, stops, targets, orders filled in part',
    async () => {
      const results = await all([5, 6, 17]);
      expect(unexplainedOf(results)).toEqual([]);
      const different = differencesOf(results);
      const strategies = new Set(different.map(({ strategyId }) => String(strategyId)));
      expect([...strategies].sort()).toEqual(['dca-eth', 'grid-btc', 'reversion-eth', 'trend-btc']);
      const roles = different.map(({ role }) => role);
      expect(roles).toEqual(expect.arrayContaining(['stop', 'target', 'sell exit']));
      expect(different.some(({ live, backtest }) => live && !backtest)).toBe(true);
      expect(different.some(({ live, backtest }) => backtest && !live)).toBe(true);
      expect(results.reduce((sum, { alike }) => sum + alike, 0)).toBeGreaterThan(5);
      const causes = new Set(causeCounts(different).keys());
      expect(causes.has('not_filled') && causes.has('delay')).toBe(true);
    },
    TEST_MS,
  );

  it(
    'differ for a cause under faults, too: restarts, missing data, refusals, other fees',
    async () => {
      const results = await all([5, 9, 14], { ids: USUAL_IDS });
      expect(unexplainedOf(results)).toEqual([]);
      const causes = [...causeCounts(differencesOf(results)).keys()];
      expect(causes).toEqual(
        expect.arrayContaining(['price', 'restart', 'missing_data', 'refused', 'fee']),
      );
    },
    TEST_MS,
  );
});

describe('what is planted into a backtest is unexplained', () => {
  it(
    'a strategy that overlooks bars',
    async () => {
      const engine: NonNullable<ParityOptions['plant']>['engine'] = ({ strategies }) => {
        for (const { strategy } of strategies.values()) {
          const onBar = strategy.onBar.bind(strategy);
          let bars = 0;
          strategy.onBar = (...args) => {
            bars += 1;
            if (bars % 2 === 0) onBar(...args);
          };
        }
      };
      expect(unexplainedOf(await all([2], { plant: { engine } })).length).toBeGreaterThan(0);
    },
    TEST_MS,
  );

  it(
    'fills at prices that the market did not have',
    async () => {
      const results = await all([2], { plant: { slippage: 0.05 } });
      expect(unexplainedOf(results).length).toBeGreaterThan(5);
    },
    TEST_MS,
  );
});
