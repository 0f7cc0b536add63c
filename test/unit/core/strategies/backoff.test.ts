import { describe, expect, it } from '@jest/globals';
import { Backoff, BACKOFF_BARS_MAX } from '../../../../src/core/strategies/backoff.ts';

describe('Backoff', () => {
  it('waits 1, 2, 4 … bars after refusals in a row, up to the maximum', () => {
    const backoff = new Backoff(10);
    const waits = Array.from({ length: 9 }, () => {
      backoff.refused(1_000);
      return (backoff.retryAt - 1_000) / 10;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64]);
    expect(BACKOFF_BARS_MAX).toBe(64);
  });

  it('is ready again at the end of the wait, and at once after an acceptance', () => {
    const backoff = new Backoff(10);
    backoff.refused(1_000);
    expect([backoff.isReady(1_009), backoff.isReady(1_010)]).toEqual([false, true]);
    backoff.refused(1_010);
    backoff.accepted();
    expect(backoff.isReady(1_011)).toBe(true);
  });
});
