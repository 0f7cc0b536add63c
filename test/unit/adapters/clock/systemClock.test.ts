import { describe, expect, it } from '@jest/globals';
import { systemClock, TIMER_DELAY_MS_MAX } from '../../../../src/adapters/clock/systemClock.ts';

describe('the system clock', () => {
  it('tells the time of the machine and a time that never goes back', () => {
    const before = Date.now();
    const wall = systemClock.wallMs();
    expect(wall).toBeGreaterThanOrEqual(before);
    expect(wall).toBeLessThanOrEqual(Date.now());
    const first = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });

  it('runs a task once, and a repeated one until it is cancelled', async () => {
    const once = await new Promise<string>(
      (resolve) => void systemClock.after(1, () => resolve('ran')),
    );
    expect(once).toBe('ran');
    let runs = 0;
    await new Promise<void>((resolve) => {
      const cancel = systemClock.every(1, () => {
        runs += 1;
        if (runs < 3) return;
        cancel();
        resolve();
      });
    });
    await new Promise<void>((resolve) => void systemClock.after(10, resolve));
    expect(runs).toBe(3);
  });

  it('does not run what was cancelled', async () => {
    let ran = false;
    const cancel = systemClock.after(1, () => (ran = true));
    cancel();
    await new Promise<void>((resolve) => void systemClock.after(5, resolve));
    expect(ran).toBe(false);
  });

  it('refuses a delay that a timer would turn into one millisecond', () => {
    for (const delay of [TIMER_DELAY_MS_MAX + 1, -1, NaN, Infinity]) {
      expect(() => systemClock.after(delay, () => {})).toThrow(RangeError);
    }
    expect(() => systemClock.every(0, () => {})).toThrow(RangeError);
    systemClock.after(TIMER_DELAY_MS_MAX, () => {})();
  });
});
