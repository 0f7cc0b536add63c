/** Every life of every process of a simulation, whatever befalls it, comes out the same when its recording is done again. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StrategySpec } from '../../src/core/strategies/contract.ts';
import { kindOf } from '../../src/core/strategies/registry.ts';
import { replay, type MakeStrategy, type ReplayResult } from '../../src/research/replay.ts';
import { MemoryRecorder } from '../builders/recorder.ts';
import { ChaosStrategy } from './chaosStrategy.ts';
import { DiskFolder } from './disk.ts';
import { simulate } from './simulation.ts';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const TEST_MS = 60_000;

let folder: DiskFolder;
beforeAll(() => {
  folder = new DiskFolder();
});
afterAll(() => {
  folder.remove();
});

function makerOf(seed: number): MakeStrategy {
  return (spec: StrategySpec) => {
    const kind = kindOf(spec.kind);
    return kind ? kind.create(spec) : new ChaosStrategy(spec, seed);
  };
}

/** The recordings of all runs of the daemon in one simulation. */
async function recorded(seed: number): Promise<readonly MemoryRecorder[]> {
  const recorders: MemoryRecorder[] = [];
  const recorder = (): MemoryRecorder => {
    const made = new MemoryRecorder();
    recorders.push(made);
    return made;
  };
  const { violation } = await simulate({ seed, folder, mutant: { recorder } });
  expect(violation?.message).toBeUndefined();
  // A process that was killed before it had read the books has recorded nothing.
  return recorders.filter(({ lines }) => lines.length > 0);
}

describe('the recordings of a simulation', () => {
  it(
    'come out the same, each life of each run',
    async () => {
      const results: ReplayResult[] = [];
      for (const seed of SEEDS)
        for (const each of await recorded(seed))
          results.push(replay(each.entries(), makerOf(seed)));
      expect(results.map(({ difference }) => difference)).toEqual(results.map(() => undefined));
      expect(results.length).toBeGreaterThan(SEEDS.length);
      expect(results.reduce((sum, { commands }) => sum + commands, 0)).toBeGreaterThan(100);
    },
    TEST_MS,
  );

  it('show it when the engine decides otherwise than it did', async () => {
    const seed = 1;
    const [first] = await recorded(seed);
    const other: MakeStrategy = (spec) => makerOf(seed + 1)(spec);
    const { difference } = replay(first?.entries() ?? [], other);
    expect(difference?.recorded).not.toBe(difference?.replayed);
  });
});
