import { describe, expect, it } from '@jest/globals';
import { SIGNAL_GROUPS, SIGNAL_POINTS } from '../../../../src/core/signals/points.ts';

describe('the data points', () => {
  it('have names of their own, at least two counted ones in every group', () => {
    const ids = SIGNAL_POINTS.map((point) => point.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(14);
    for (const group of SIGNAL_GROUPS) {
      const counted = SIGNAL_POINTS.filter((point) => point.group === group && point.weight > 0);
      expect([group, counted.length >= 2]).toEqual([group, true]);
    }
  });

  it('weigh nothing when they say nothing about direction, and only then', () => {
    for (const point of SIGNAL_POINTS) {
      expect([point.id, point.weight === 0]).toEqual([point.id, point.sign === 0]);
    }
  });
});
