import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';

describe('the manual clock', () => {
  it('stands still until told to move', () => {
    const clock = new ManualClock(1_000);
    const before = clock.monotonicMs();
    expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_000, before]);
    clock.advance(5);
    expect([clock.wallMs(), Math.floor(clock.monotonicMs() - before)]).toEqual([1_005, 5]);
  });

  it('shows whole milliseconds on the wall and fractions on the monotonic clock, and runs timers late', () => {
    const clock = new ManualClock(1_000);
    const seen: number[] = [];
    const start = clock.monotonicMs();
    clock.after(2, () => seen.push(clock.monotonicMs() - start));
    for (let n = 0; n < 3; n += 1) clock.advance(1);
    expect(Number.isInteger(clock.wallMs())).toBe(true);
    expect(Number.isInteger(start)).toBe(false);
    expect(Number.isInteger(clock.monotonicMs())).toBe(false);
    expect(seen[0]).toBeGreaterThan(2);
  });

  it('runs timers at their own time, in order, the older first when equal', () => {
    const clock = new ManualClock(100);
    const log: string[] = [];
    const note = (name: string) => () => log.push(`${name}@${clock.wallMs()}`);
    clock.after(30, note('late'));
    clock.every(10, note('tick'));
    clock.after(10, note('equal'));
    clock.advance(30);
    expect(log).toEqual(['tick@110', 'equal@110', 'tick@120', 'late@130', 'tick@130']);
    expect(clock.timers).toBe(1);
  });

  it('runs timers that timers made, if they come due in the same move', () => {
    const clock = new ManualClock();
    const log: number[] = [];
    clock.after(5, () => clock.after(5, () => log.push(Math.floor(clock.monotonicMs()))));
    clock.advance(9);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual([10]);
  });

  it('does not run what was cancelled, from outside or from within its own run', () => {
    const clock = new ManualClock();
    let runs = 0;
    clock.after(1, () => (runs += 100))();
    const stop = clock.every(1, () => {
      runs += 1;
      if (runs === 3) stop();
    });
    clock.advance(10);
    stop();
    expect(runs).toBe(3);
    expect(clock.timers).toBe(0);
  });

  it('jumps to the time of an event; timers run once each, late, and intervals start anew', () => {
    const clock = new ManualClock(1_000);
    const log: string[] = [];
    clock.every(10, () => log.push(`tick@${clock.wallMs()}`));
    clock.after(50, () => log.push(`once@${clock.wallMs()}`));
    clock.jumpTo(2_000);
    expect(log).toEqual(['tick@2000', 'once@2000']);
    clock.jumpTo(2_009);
    expect(log).toHaveLength(2);
    clock.jumpTo(2_010);
    expect(log.at(-1)).toBe('tick@2010');
  });

  it('does not go back with an event out of order', () => {
    const clock = new ManualClock(1_000);
    clock.jumpTo(900);
    expect([clock.wallMs(), Math.floor(clock.monotonicMs())]).toEqual([1_000, 0]);
  });

  it('steps the wall clock without monotonic time or timers noticing', () => {
    const clock = new ManualClock(10_000);
    let ran = false;
    clock.after(1, () => (ran = true));
    clock.setWall(2_000);
    expect([clock.wallMs(), Math.floor(clock.monotonicMs()), ran]).toEqual([2_000, 0, false]);
    clock.advance(1);
    expect([clock.wallMs(), ran]).toEqual([2_001, true]);
  });

  it('stops when a timer re-arms itself without delay for ever, and refuses such an interval', () => {
    const clock = new ManualClock();
    const again = (): void => void clock.after(0, again);
    again();
    expect(() => clock.advance(1)).toThrow('CLOCK_STUCK');
    expect(() => clock.every(0, () => {})).toThrow(RangeError);
  });
});
