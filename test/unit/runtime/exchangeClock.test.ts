import { describe, expect, it } from '@jest/globals';
import { ExchangeClock } from '../../../src/runtime/exchangeClock.ts';

const TIMING = { lifetimeMs: 5_000, readLagMs: 2_000 };

async function measured(offsetMs: number): Promise<ExchangeClock> {
  const clock = new ExchangeClock({
    timing: TIMING,
    clockOffsetMs: () => Promise.resolve(offsetMs),
  });
  await clock.measure();
  return clock;
}

describe("the exchange's clock", () => {
  it('makes a request quiescent after its life, the lag and a margin, whatever the offset: it is stamped without', async () => {
    const waits = await Promise.all([0, -3_000, 3_000, 3_600_000].map(measured));
    const expected = TIMING.lifetimeMs + TIMING.readLagMs + 5_000;
    expect(waits.map(({ quiescenceMs }) => quiescenceMs)).toEqual(waits.map(() => expected));
  });

  it('knows no offset before it was measured', async () => {
    const clock = new ExchangeClock({ timing: TIMING, clockOffsetMs: () => Promise.resolve(7) });
    expect(clock.offsetMs).toBeUndefined();
    await clock.measure();
    expect(clock.offsetMs).toBe(7);
  });
});
