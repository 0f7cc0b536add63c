import { describe, expect, it } from '@jest/globals';
import { DeadlineExceeded, pause, withDeadline } from '../../../../src/adapters/ccxt/deadline.ts';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';

describe('withDeadline', () => {
  it('gives what comes in time, and leaves no timer behind', async () => {
    const clock = new ManualClock();
    await expect(withDeadline(clock, 100, Promise.resolve(7))).resolves.toBe(7);
    await expect(withDeadline(clock, 100, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.timers).toBe(0);
  });

  it('gives up what does not, and swallows what comes later', async () => {
    const clock = new ManualClock();
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const waiting = withDeadline(clock, 100, work);
    clock.advance(100);
    await expect(waiting).rejects.toThrow(DeadlineExceeded);
    fail(new Error('late'));
    await Promise.resolve();
  });
});

describe('pause', () => {
  it('ends after its time, or when cancelled', async () => {
    const clock = new ManualClock();
    const long = pause(clock, 100);
    clock.advance(100);
    await long.done;
    const cut = pause(clock, 100);
    cut.cancel();
    await cut.done;
    expect(clock.timers).toBe(0);
  });
});
