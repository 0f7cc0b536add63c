import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../src/adapters/clock/manualClock.ts';
import { Schedule } from '../../../src/runtime/schedule.ts';
import { QUIET } from '../../builders/runtime.ts';

function aSchedule(task: () => Promise<void> | void, everyMs = 10_000) {
  const clock = new ManualClock(0);
  const schedule = new Schedule({ clock, logger: QUIET }, [{ name: 'duty', everyMs, task }]);
  const wait = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { clock, schedule, wait };
}

describe('the schedule', () => {
  it('does a duty again after its rest, not before it was started, not after it was closed', async () => {
    let rounds = 0;
    const { schedule, wait } = aSchedule(() => {
      rounds += 1;
    });
    await wait(20);
    schedule.hurry('duty');
    expect(rounds).toBe(0);
    schedule.start();
    await wait(35);
    expect(rounds).toBe(3);
    schedule.close();
    await wait(60);
    expect(rounds).toBe(3);
  });

  it('never lets a duty overlap itself, however long it takes', async () => {
    let running = 0;
    let most = 0;
    const { clock, schedule, wait } = aSchedule(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => clock.after(45_000, resolve));
      running -= 1;
    });
    schedule.start();
    await wait(15);
    schedule.hurry('duty');
    schedule.hurry('duty');
    await wait(300);
    expect(most).toBe(1);
  });

  it('does one more round when hurried during a round, at once', async () => {
    const starts: number[] = [];
    const { clock, schedule, wait } = aSchedule(async () => {
      starts.push(Math.floor(clock.monotonicMs() / 1_000));
      await new Promise<void>((resolve) => clock.after(2_000, resolve));
    });
    schedule.start();
    await wait(11);
    schedule.hurry('duty');
    schedule.hurry('duty');
    await wait(20);
    expect(starts).toEqual([10, 12, 24]);
  });

  it('waits twice as long after each failure, at most a minute, and as ever after a success', async () => {
    const starts: number[] = [];
    let isBroken = true;
    const { clock, schedule, wait } = aSchedule(() => {
      starts.push(Math.floor(clock.monotonicMs() / 1_000));
      if (isBroken) throw new Error('down');
    });
    schedule.start();
    await wait(250);
    expect(starts).toEqual([10, 30, 70, 130, 190, 250]);
    expect(schedule.troubles).toMatchObject([{ failures: 6, error: 'down' }]);
    expect(schedule.troubles[0]?.sinceMs).toBeCloseTo(10_000, 0);
    isBroken = false;
    await wait(80);
    expect(starts.slice(6)).toEqual([310, 320, 330]);
    expect(schedule.troubles).toEqual([]);
  });

  it('knows how long ago a duty was last done', async () => {
    const { schedule, wait } = aSchedule(() => undefined);
    schedule.start();
    expect(schedule.ageMs('duty')).toBeUndefined();
    await wait(13);
    expect(Math.floor(schedule.ageMs('duty') ?? 0)).toBe(3_000);
  });
});
