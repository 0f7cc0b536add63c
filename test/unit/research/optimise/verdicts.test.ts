import { describe, expect, it } from '@jest/globals';
import { shareCalled } from '../../../proof/verdicts.ts';
import { EDGES, NOISE } from '../../../proof/worlds.ts';

// 1,000 searches on noise and 200 on each edge: npm run proof -- verdicts.
describe('a search with its verdict', () => {
  it.each(NOISE)('calls $name what it is', async (world) => {
    expect(await shareCalled(world, 3, 12)).toBe(0);
  });

  it.each(EDGES.slice(0, 1))('finds $name', async (world) => {
    expect(await shareCalled(world, 3, 12)).toBeGreaterThan(0.6);
  });
});
