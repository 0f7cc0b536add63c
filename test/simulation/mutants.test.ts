/** The oracle stays honest: each planted bug is caught by the invariant named for it, and the same seeds without it are clean. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiskFolder } from './disk.ts';
import { PLANTED_BUGS, type PlantedBug } from './mutants.ts';
import { simulate, type SimulationResult } from './simulation.ts';

/** Seeds tried at most, from the one that is known to bring the bug to light. */
const SEEDS_MAX = 25;
const TEST_MS = 60_000;

let folder: DiskFolder;
beforeAll(() => {
  folder = new DiskFolder();
});
afterAll(() => {
  folder.remove();
});

/** The first run with the bug that breaks one of its invariants. */
async function caught({ firstSeed, caughtBy, ids, make }: PlantedBug): Promise<SimulationResult> {
  for (let seed = firstSeed; seed < firstSeed + SEEDS_MAX; seed += 1) {
    const result = await simulate({ seed, folder, ids, mutant: make() });
    if (result.violation && caughtBy.includes(result.violation.invariant)) return result;
  }
  throw new Error(`not caught in ${SEEDS_MAX} seeds`);
}

describe('a planted bug', () => {
  it.each(PLANTED_BUGS.map((bug) => [bug.words, bug.caughtBy.join(' or '), bug] as const))(
    '%s: is caught by %s',
    async (_words, _invariant, bug) => {
      const { seed, violation } = await caught(bug);
      expect(violation).toBeDefined();
      const { violation: without } = await simulate({ seed, folder, ids: bug.ids });
      expect(without?.message).toBeUndefined();
    },
    TEST_MS,
  );
});
