import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import { searchBy } from '../../../../src/core/search/methods.ts';
import { Space } from '../../../../src/core/search/space.ts';
import { walkForwardSplits } from '../../../../src/core/statistics/splits.ts';
import { parseObjective } from '../../../../src/research/optimise/objective.ts';
import { plainTask, type TrialTask } from '../../../../src/research/optimise/trial.ts';
import {
  walkForward,
  type WalkForwardPlan,
} from '../../../../src/research/optimise/walkForward.ts';
import { FakePool, header, MemoryTrials, never, outcome } from '../../../builders/trials.ts';

const DAY = 86_400_000;
const space = new Space([{ name: 'a', type: 'int', low: 1, high: 5, unit: '' }]);
const splits = walkForwardSplits({
  from: 0,
  to: 100 * DAY,
  train: 40 * DAY,
  test: 20 * DAY,
  purge: 5 * DAY,
  expanding: false,
});
const goals = { objectives: [parseObjective('sharpe')], constraints: [] };

const plan: WalkForwardPlan = {
  splits,
  studyOf: ({ train }, at) => ({
    header: header(`window-${String(at)}`),
    search: searchBy('grid', space, { seed: 1, trials: 5 }),
    ...{ trials: 5, goals },
    taskOf: ({ assignment }) => plainTask(assignment, train.from, train.to),
    keyOf: (task) => JSON.stringify(task),
  }),
  keyOf: (task) => JSON.stringify(task),
  walk: { header: header('walk', 'family/walk') },
};

/** In sample 3 is best, out of sample everything loses a little. */
function answer({ params, closeAtEnd, fromMs, toMs }: TrialTask): ReturnType<typeof outcome> {
  const days = Math.round((toMs - fromMs) / DAY);
  const returns = Array.from(
    { length: days },
    (_, day) => (closeAtEnd ? -0.001 : 0.001) * (1 + (day % 2)),
  );
  const sharpe = closeAtEnd ? -1 : 5 - Math.abs(Number(params['a']) - 3);
  return outcome({ sharpe, return: 0.1, max_drawdown: 0.1, trades: 3 }, returns);
}

describe('walking forward', () => {
  const pool = new FakePool(answer);
  const ledger = new MemoryTrials();
  const parts = {
    ledger,
    pool,
    clock: new ManualClock(0),
    stopped: never,
    onProgress: () => undefined,
  };

  it('chooses on each window, runs that on what comes after, and stitches only that', async () => {
    const walked = await walkForward(plan, parts);
    expect(walked.windows).toHaveLength(3);
    for (const window of walked.windows) {
      expect(window.params).toEqual({ a: 3 });
      expect([window.in_sample.sharpe, window.out_of_sample.sharpe]).toEqual([5, -1]);
    }
    const tests = pool.asked.filter(({ closeAtEnd }) => closeAtEnd);
    expect(tests.map(({ fromMs, toMs, warmFromMs }) => [warmFromMs, fromMs, toMs])).toEqual(
      splits.map(({ train, test }) => [train.from, test.from, test.to]),
    );
    expect(walked.returns).toHaveLength(20 + 20 + 15);
    expect(walked.returns.every((r) => r < 0)).toBe(true);
    expect(walked.gap).toEqual({ in_sample: 5, out_of_sample: -1, lost: 6 });
    expect(walked.stability).toEqual([{ parameter: 'a', values: [3, 3, 3], kept: 1 }]);
    expect(walked.judgement?.verdict.level).toBe('chance');
  });

  it('is booked as one trial of its own, and once', async () => {
    await walkForward(plan, { ...parts, pool: new FakePool(answer) });
    expect(ledger.trials('walk')).toHaveLength(1);
    expect(ledger.tried('family/walk')).toBe(1);
    expect(ledger.tried('family')).toBe(15);
  });

  it('ends early where it is', async () => {
    const stopped = Promise.resolve();
    const cut = await walkForward(plan, { ...parts, ledger: new MemoryTrials(), stopped });
    expect(cut).toMatchObject({ isComplete: false, windows: [], returns: [] });
    expect(cut.judgement).toBeUndefined();
  });
});
