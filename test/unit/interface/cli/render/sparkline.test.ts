import { describe, expect, it } from '@jest/globals';
import { sparkline } from '../../../../../src/interface/cli/render/sparkline.ts';

describe('a sparkline', () => {
  it('goes from the lowest value to the highest', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 60)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([5, 1, 9], 60)).toBe('▅▁█');
  });

  it('puts values together where there are more than it has room for', () => {
    expect(sparkline([1, 1, 8, 8], 2)).toBe('▁█');
    expect(
      sparkline(
        Array.from({ length: 1_000 }, (_each, n) => n),
        40,
      ),
    ).toHaveLength(40);
  });

  it('is flat for a flat series and empty for too short a one', () => {
    expect(sparkline([3, 3, 3], 60)).toBe('▁▁▁');
    expect(sparkline([3], 60)).toBe('');
  });
});
