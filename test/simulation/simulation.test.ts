/** A handful of seeds of the simulation: that it holds, that it replays, and that a plan shrinks. Thousands: `npm run sim:soak`. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Dice } from './dice.ts';
import { DiskFolder } from './disk.ts';
import { FAULT_GROUPS, FAULT_IDS, type Fault, type FaultId } from './faults.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulation.ts';
import { chooseStrategies } from './specs.ts';
import { readFaultIds, SWITCHED_OFF, switchedOffTable, USUAL_IDS } from './switchedOff.ts';

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

describe('the strategies of a simulation', () => {
  const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
  const chosen = SEEDS.map((seed) => chooseStrategies(seed, new Dice(seed, 'host')).specs);

  it('share every coin, in every seed', () => {
    for (const specs of chosen)
      for (const coin of ['BTC/USDT', 'ETH/USDT'])
        expect(specs.filter(({ symbol }) => symbol === coin).length).toBeGreaterThan(1);
  });

  it('are now and then more than an exchange takes stops for', () => {
    const stops = chosen.map((specs) => specs.filter(({ stopLoss }) => stopLoss !== undefined));
    expect(Math.max(...stops.map((specs) => specs.length))).toBeGreaterThan(5);
  });
});

describe('the catalogue of faults', () => {
  it('has every id once', () => {
    const ids = FAULT_GROUPS.flatMap((group) => Object.keys(group));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(FAULT_IDS).toEqual(ids);
  });
});

describe('faults that are switched off', () => {
  it('do not occur unless they are named, and every one says why', () => {
    const off = FAULT_IDS.filter((id) => !USUAL_IDS.includes(id));
    expect(off).toEqual(Object.keys(SWITCHED_OFF));
    expect(readFaultIds(undefined)).toEqual(USUAL_IDS);
    expect(readFaultIds('all')).toEqual(FAULT_IDS);
    for (const id of off) {
      expect(readFaultIds(id)).toEqual([id]);
      expect(switchedOffTable()).toContain(`${id}  `);
      expect(SWITCHED_OFF[id]).toMatch(/\(I\d+/u);
    }
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
