import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';
import { METHODS, searchBy, type Method } from '../../../../src/core/search/methods.ts';
import { Space } from '../../../../src/core/search/space.ts';
import { parseConstraint, parseObjective } from '../../../../src/research/optimise/objective.ts';
import {
  runStudy,
  type StudyPlan,
  type StudyProgress,
} from '../../../../src/research/optimise/study.ts';
import { plainTask, type TrialTask } from '../../../../src/research/optimise/trial.ts';
import { FakePool, header, MemoryTrials, never, outcome } from '../../../builders/trials.ts';

const space = new Space([
  { name: 'a', type: 'int', low: 1, high: 30, unit: '' },
  { name: 'b', type: 'float', low: 0, high: 1, unit: '' },
]);
const goals = { objectives: [parseObjective('sharpe')], constraints: [] };

const answer = ({ params }: TrialTask): ReturnType<typeof outcome> =>
  outcome({ sharpe: -Math.abs(Number(params['a']) - 7) - Number(params['b']) });

function plan(method: Method, trials: number, more: Partial<StudyPlan> = {}): StudyPlan {
  return {
    header: header(`study-${method}`),
    search: searchBy(method, space, { seed: 1, trials: 40 }),
    ...{ trials, goals },
    taskOf: ({ assignment, share }) => plainTask(assignment, 100 - 100 * share, 100),
    keyOf: (task) => JSON.stringify(task),
    ...more,
  };
}

function parts(
  pool: FakePool,
  ledger = new MemoryTrials(),
  more: { stopped?: Promise<void>; onProgress?: (at: StudyProgress) => void } = {},
): Parameters<typeof runStudy>[1] {
  const { stopped = never, onProgress = () => undefined } = more;
  return { ledger, pool, clock: new ManualClock(0), onProgress, stopped };
}

const paramsOf = (ledger: MemoryTrials): unknown[] => ledger.rows.map(({ trial }) => trial.params);

describe('a study', () => {
  it.each(METHODS)(
    'by %s asks the same on one worker and on five that answer in any order',
    async (method) => {
      const one = await runStudy(plan(method, 40), parts(new FakePool(answer)));
      let turn = 0;
      const pick = (waiting: number): number => (turn += 7) % waiting;
      const many = await runStudy(
        plan(method, 40),
        parts(new FakePool(answer, { slots: 5, pick })),
      );
      expect(many.trials.map(({ params, share }) => [params, share])).toEqual(
        one.trials.map(({ params, share }) => [params, share]),
      );
      expect(many.best?.number).toBe(one.best?.number);
      expect(one.isComplete).toBe(true);
    },
  );

  it.each(METHODS)(
    'by %s goes on where it was: nothing is run twice, and the end is the same',
    async (method) => {
      const whole = await runStudy(plan(method, 40), parts(new FakePool(answer)));
      const ledger = new MemoryTrials();
      let stop: () => void = () => undefined;
      const stopped = new Promise<void>((resolve) => (stop = resolve));
      const onProgress = ({ done }: StudyProgress): void => {
        if (done >= 17) stop();
      };
      const cut = new FakePool(answer, { slots: 3 });
      const first = await runStudy(plan(method, 40), parts(cut, ledger, { stopped, onProgress }));
      expect(first.isComplete).toBe(false);
      const before = ledger.rows.length;
      expect(before).toBeGreaterThanOrEqual(17);
      expect(before).toBeLessThan(40);
      const pool = new FakePool(answer, { slots: 3 });
      const resumed = await runStudy(plan(method, 40), parts(pool, ledger));
      expect(pool.asked.length).toBeLessThanOrEqual(whole.trials.length - before);
      expect(resumed.trials.map(({ params }) => params)).toEqual(
        whole.trials.map(({ params }) => params),
      );
      expect(resumed.best?.params).toEqual(whole.best?.params);
    },
  );

  it('books what was run before in another study without running it again', async () => {
    const ledger = new MemoryTrials();
    await runStudy(plan('random', 10), parts(new FakePool(answer), ledger));
    const pool = new FakePool(answer);
    const other = plan('random', 10, { header: header('other') });
    const again = await runStudy(other, parts(pool, ledger));
    expect(pool.asked).toEqual([]);
    expect(again).toMatchObject({ run: 0, isComplete: true });
    expect(ledger.tried('family')).toBe(10);
    expect(paramsOf(ledger)).toHaveLength(20);
  });

  it('is not mixed with another one of its name', async () => {
    const ledger = new MemoryTrials();
    await runStudy(plan('random', 5), parts(new FakePool(answer), ledger));
    const search = searchBy('random', space, { seed: 2, trials: 5 });
    const mixed = runStudy(plan('random', 5, { search }), parts(new FakePool(answer), ledger));
    await expect(mixed).rejects.toThrow('LEDGER_CONTRADICTS');
  });

  it('has no best where nothing keeps the constraints, and passes over what is refused', async () => {
    const strict = { ...goals, constraints: [parseConstraint('sharpe>=1')] };
    const none = await runStudy(plan('random', 5, { goals: strict }), parts(new FakePool(answer)));
    expect(none.best).toBeUndefined();
    const half = new FakePool((task) =>
      Number(task.params['a']) > 15 ? { ...answer(task), state: 'refused' } : answer(task),
    );
    const { best } = await runStudy(plan('tpe', 30), parts(half));
    expect(Number(best?.params['a'])).toBeLessThanOrEqual(15);
  });

  it('ends with the words of a pool that is broken', async () => {
    const pool = new FakePool(() => {
      throw new Error('unreachable');
    });
    pool.run = async () => Promise.reject(new Error('POOL_CLOSED: gone'));
    await expect(runStudy(plan('random', 5), parts(pool))).rejects.toThrow('POOL_CLOSED: gone');
  });

  it('tells how far it is, what is best so far and how long it will take', async () => {
    const clock = new ManualClock(0);
    const seen: StudyProgress[] = [];
    const pool = new FakePool((task) => {
      clock.advance(500);
      return answer(task);
    });
    const onProgress = (at: StudyProgress): void => void seen.push(at);
    await runStudy(plan('random', 4), { ...parts(pool), clock, onProgress });
    expect(seen.map(({ done, etaS = -1 }) => [done, Number(etaS.toFixed(2))])).toEqual([
      [1, 1.5],
      [2, 1],
      [3, 0.5],
      [4, 0],
    ]);
    const sharpes = seen.map(({ best }) => best?.metrics['sharpe'] ?? -Infinity);
    expect([...sharpes].sort((a, b) => a - b)).toEqual(sharpes);
  });
});
