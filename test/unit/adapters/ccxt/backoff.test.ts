import { describe, expect, it } from '@jest/globals';
import { backoffMs } from '../../../../src/adapters/ccxt/backoff.ts';

describe('backoffMs', () => {
  it('doubles from the base to the ceiling and stays there', () => {
    const waits = [1, 2, 3, 4, 5, 6, 1_000_000].map((attempt) =>
      backoffMs({ baseMs: 500, maxMs: 8_000 }, attempt),
    );
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
  });
});
