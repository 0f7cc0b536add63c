import { describe, expect, it } from '@jest/globals';
import { Backoff, BACKOFF_MS_MAX } from '../../../../src/core/strategies/backoff.ts';

describe('Backoff', () => {
  it('waits 1, 2, 4 … bars after refusals in a row, up to the maximum', () => {
    const backoff = new Backoff(60_000);
    const waits = Array.from({ length: 7 }, () => {
      backoff.refused(1_000);
      return (backoff.retryAt - 1_000) / 60_000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(BACKOFF_MS_MAX).toBe(30 * 60_000);
  });

  it('waits one bar when bars are longer than the maximum', () => {
    const backoff = new Backoff(3_600_000);
    for (let i = 0; i < 5; i += 1) backoff.refused(0);
    expect(backoff.retryAt).toBe(3_600_000);
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
