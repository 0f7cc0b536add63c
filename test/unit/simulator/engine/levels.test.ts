import { describe, expect, it } from '@jest/globals';
import { SortedLevels } from '../../../../src/simulator/engine/levels.ts';
import { Random } from '../../../../src/core/domain/random.ts';

describe('sorted levels', () => {
  it('agree with a sorted list under random insertions and removals', () => {
    const levels = new SortedLevels<number>();
    const model = new Set<number>();
    const random = Random.stream(11, 'levels');
    for (let step = 0; step < 5_000; step += 1) {
      const key = Math.floor(random.uniform() * 400) - 200;
      if (model.has(key)) levels.remove(key);
      else levels.insert(key, key * 10);
      if (!model.delete(key)) model.add(key);
    }
    const expected = [...model].sort((a, b) => a - b).map((key) => key * 10);
    expect([...levels.values()]).toEqual(expected);
    expect(levels.first()).toBe(expected[0]);
    expect(levels.size).toBe(model.size);
  });

  it('ignore the removal of an absent key', () => {
    const levels = new SortedLevels<string>();
    levels.insert(3, 'three');
    levels.remove(4);
    expect([...levels.values()]).toEqual(['three']);
    expect(levels.get(4)).toBeUndefined();
  });
});
