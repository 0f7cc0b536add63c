/** How often a search with its verdict calls noise an edge, and how often it finds one that is there. */
import { ManualClock } from '../../src/adapters/clock/manualClock.ts';
import { searchBy } from '../../src/core/search/methods.ts';
import { Space } from '../../src/core/search/space.ts';
import { parseObjective } from '../../src/research/optimise/objective.ts';
import { optimise, taskOver } from '../../src/research/optimise/optimise.ts';
import { FakePool, header, MemoryTrials, never } from '../builders/trials.ts';
import { DAYS, tradeIn, type World } from './worlds.ts';

const space = new Space([
  { name: 'x', type: 'float', low: 0, high: 1, unit: '' },
  { name: 'y', type: 'float', low: 0, high: 1, unit: '' },
]);
const goals = { objectives: [parseObjective('sharpe')], constraints: [] };
const span = { fromMs: 0, toMs: DAYS };

/** True when a search of so many trials in that world ends with "distinguishable from chance". */
async function callsEdge(world: World, seed: number, trials: number): Promise<boolean> {
  const found = await optimise(
    {
      header: { ...header(`study-${String(seed)}`), seed },
      search: searchBy('tpe', space, { seed, trials }),
      ...{ trials, goals, space, span, taskOf: taskOver(span) },
      keyOf: (task) => JSON.stringify(task),
      draws: 20,
    },
    {
      ledger: new MemoryTrials(),
      pool: new FakePool(tradeIn(world, seed)),
      clock: new ManualClock(0),
      onProgress: () => undefined,
      stopped: never,
    },
  );
  return found.judgement?.verdict.level === 'edge';
}

/** Share of seeds on which it does. */
export async function shareCalled(world: World, seeds: number, trials: number): Promise<number> {
  let called = 0;
  for (let seed = 1; seed <= seeds; seed += 1)
    called += Number(await callsEdge(world, seed, trials));
  return called / seeds;
}
