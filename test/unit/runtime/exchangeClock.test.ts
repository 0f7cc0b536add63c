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
  it('makes a request quiescent after its life, the offset in either direction, the lag and a margin', async () => {
    const even = (await measured(0)).quiescenceMs;
    expect(even).toBeGreaterThanOrEqual(TIMING.lifetimeMs + TIMING.readLagMs);
    expect((await measured(-3_000)).quiescenceMs).toBe(even + 3_000);
    expect((await measured(3_000)).quiescenceMs).toBe(even + 3_000);
  });

  it('counts an offset of hours no more than a minute: requests are stamped without it', async () => {
    const even = (await measured(0)).quiescenceMs;
    expect((await measured(3_600_000)).quiescenceMs).toBe(even + 60_000);
  });

  it('waits longest while the offset is not known', async () => {
    const clock = new ExchangeClock({ timing: TIMING, clockOffsetMs: () => Promise.resolve(0) });
    expect(clock.offsetMs).toBeUndefined();
    expect(clock.quiescenceMs).toBe((await measured(60_000)).quiescenceMs);
  });
});
