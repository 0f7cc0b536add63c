import { describe, expect, it } from '@jest/globals';
import { Space } from '../../../../src/core/search/space.ts';
import type { BookedTrial } from '../../../../src/ports/trialLedger.ts';
import { influences } from '../../../../src/research/optimise/influence.ts';
import { landscapePage } from '../../../../src/research/optimise/landscape.ts';
import { plainTask } from '../../../../src/research/optimise/trial.ts';
import { variationsOf } from '../../../../src/research/optimise/variations.ts';

const space = new Space([
  { name: 'idle', type: 'float', low: 0, high: 1, unit: '' },
  { name: 'matters', type: 'int', low: 1, high: 6, unit: '' },
  { name: '<b>', type: 'choice', values: ['x', 'y'] },
]);
const trials: BookedTrial[] = Array.from({ length: 60 }, (_, number) => ({
  ...{ number, key: String(number), share: 1, state: 'done', problem: '', returns: [], seconds: 0 },
  ...{ worker: '', at: 0 },
  params: space.decode([(number * 0.618) % 1, (number % 6) / 6 + 0.01, number % 4 < 2 ? 0.1 : 0.9]),
  metrics: { sharpe: (number % 6) + ((number * 7) % 10) / 100 },
}));
const worthOf = ({ metrics }: BookedTrial): number | undefined => metrics['sharpe'] ?? undefined;

describe('influence', () => {
  it('is nearly all of what a parameter decides, and nearly nothing of what changes nothing', () => {
    const found = influences(space, trials, worthOf);
    expect(found[0]?.parameter).toBe('matters');
    expect(found[0]?.share).toBeGreaterThan(0.9);
    expect(found.find(({ parameter }) => parameter === 'idle')?.share).toBeLessThan(0.15);
    expect(influences(space, trials.slice(0, 5), worthOf)).toEqual([]);
  });
});

describe('the landscape', () => {
  it('is one page with every trial, the best ringed, and nothing from elsewhere', () => {
    const found = {
      ...{ trials, best: trials[5], front: [], isComplete: true, bestOutcome: undefined, run: 60 },
      ...{ judgement: undefined, sensitivity: [], seconds: 1 },
      influences: influences(space, trials, worthOf),
    };
    const page = landscapePage({ title: 'T', objective: 'sharpe', space, found, worthOf });
    // Three parameters alone, and two pairs.
    expect(page.match(/<svg/gu)).toHaveLength(5);
    expect(page.match(/<circle/gu)).toHaveLength(5 * 60);
    expect(page.match(/stroke="#b3261e"/gu)).toHaveLength(5);
    expect(page).not.toMatch(/https?:|<script|<b>|NaN/u);
  });
});

describe('variations', () => {
  it('change one thing each: costs, the beginning, and numbers by a tenth or a step', () => {
    const task = plainTask({ idle: 0.5, matters: 4, '<b>': 'x' }, 0, 1000);
    const found = variationsOf(space, task);
    const params = found.map((each) => [each.task.params['idle'], each.task.params['matters']]);
    expect(params.slice(6)).toEqual([
      [0.45, 4],
      [0.55, 4],
      [0.5, 3],
      [0.5, 5],
    ]);
    expect(
      found
        .map(({ task: { feeFactor, slippageFactor, fromMs } }) => [
          feeFactor,
          slippageFactor,
          fromMs,
        ])
        .slice(0, 6),
    ).toEqual([
      [1, 1, 0],
      [2, 1, 0],
      [1, 2, 0],
      [2, 2, 0],
      [1, 1, 100],
      [1, 1, 250],
    ]);
  });

  it('keep units', () => {
    const stop = new Space([{ name: 's', type: 'float', low: 1, high: 9, unit: '%' }]);
    const found = variationsOf(stop, plainTask({ s: '5%' }, 0, 1));
    expect(found.slice(6).map(({ task }) => task.params['s'])).toEqual(['4.5%', '5.5%']);
  });
});
