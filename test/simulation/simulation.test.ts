/** A handful of seeds of the simulation: that it holds, that it replays, and that a plan shrinks. Thousands: `npm run sim:soak`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiskFolder } from './disk.ts';
import type { Fault, FaultId } from './faults.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';

const MILD: readonly FaultId[] = [
  'R1',
  'R2',
  'R3',
  'R4',
  'R6',
  'R7',
  'W3',
  'W4',
  'Q1',
  'Q3',
  'Q4',
  'P2',
  'P4',
  'P6',
];

let folder: DiskFolder;
beforeAll(() => {
  folder = new DiskFolder();
});
afterAll(() => {
  folder.remove();
});

describe('the simulation', () => {
  it.each([1, 2, 3, 4, 5, 6])('holds every invariant through seed %i', async (seed) => {
    const { violation, trace, ordersSent } = await simulate({ seed, folder, ids: MILD });
    expect(violation && [...trace, violation.message]).toBeUndefined();
    expect(ordersSent).toBeGreaterThan(0);
  });

  it('is the same run every time', async () => {
    const first = await simulate({ seed: 7, folder, ids: MILD });
    const second = await simulate({ seed: 7, folder, ids: MILD });
    expect(second.digest).toBe(first.digest);
    expect(second.steps).toBe(first.steps);
  });
});

describe('shrinking', () => {
  it('keeps what it takes and nothing else', async () => {
    const ids: readonly FaultId[] = ['R1', 'W3', 'Q1', 'P4', 'R2', 'Q4', 'R7'];
    const plan = ids.map((id): Fault => ({ id, atMs: 0, forMs: 0, roll: 0 }));
    const needed = (faults: readonly Fault[]): boolean =>
      faults.some(({ id }) => id === 'W3') && faults.some(({ id }) => id === 'Q4');
    const shrunk = await shrink(plan, async (smaller) => needed(smaller));
    expect(shrunk.map(({ id }) => id)).toEqual(['W3', 'Q4']);
  });
});
