import { describe, expect, it } from '@jest/globals';
import { RECENT_BARS, RecentBars } from '../../../../src/core/signals/recentBars.ts';
import { barAt } from '../../../builders/bars.ts';

describe('RecentBars', () => {
  it('holds the newest bars in the order of time, through every move to the front', () => {
    const bars = new RecentBars();
    for (let i = 0; i < 3000; i += 1) {
      bars.push(barAt(i, i + 1, { open: i, high: i + 2, low: i - 1, volume: 2 * i }));
      const depth = Math.min(i + 1, RECENT_BARS);
      expect(bars.end).toBeGreaterThanOrEqual(depth);
      for (const ago of [0, 1, depth - 1].filter((n) => n < depth)) {
        const at = bars.end - 1 - ago;
        const then = i - ago;
        expect([
          bars.open[at],
          bars.high[at],
          bars.low[at],
          bars.close[at],
          bars.volume[at],
        ]).toEqual([then, then + 2, then - 1, then + 1, 2 * then]);
      }
    }
  });
});
