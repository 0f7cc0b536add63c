/** Faults of time: steps of the wall clock, a machine that is late, stands still, or was suspended. */
import { atOnce, forAWhile, repeatedly, type FaultHost, type FaultKind } from './faultKinds.ts';
import type { Host } from './host.ts';

/** Time between two small steps of the wall clock, and the largest of them. */
const STEP_EVERY_MS = [200, 2_000] as const;
const STEP_MS_MAX = 400;
/** Time between two moments at which the process gets no turn, and the longest of them. */
const BUSY_EVERY_MS = [30, 600] as const;
const BUSY_MS_MAX = 450;
/** How long a process stands still. */
const STILL_MS = 600_000;
/** How long a machine is suspended. */
const SUSPENDED_MS = [12_000, 900_000] as const;

const within = ([from, to]: readonly [number, number], share: number): number =>
  from + (to - from) * share;

export const CLOCK = {
  C1: forAWhile('the wall clock jumps an hour', (host, { roll }) =>
    wallStep(host, roll < 0.5 ? -3_600_000 : 3_600_000),
  ),
  C2: forAWhile('the clock is off by more than the exchange takes', (host, { roll }) =>
    wallStep(host, roll < 0.5 ? -6_000 - roll * 20_000 : 1_500 + roll * 20_000),
  ),
  C3: atOnce(
    'the process stands still for ten minutes',
    ({ process, scheduler }) => {
      if (process) process.frozenUntil = Math.max(process.frozenUntil, scheduler.now + STILL_MS);
    },
    0.5,
  ),
  // Always so: see Scheduler.
  C4: { words: 'no time is a whole number of milliseconds', weight: 0, begin: () => undefined },
  C5: forAWhile('a busy machine: timers and answers come late, in bursts', (host) => {
    const { faults } = host.dice;
    return repeatedly(
      host,
      () => faults.between(...BUSY_EVERY_MS),
      () => {
        const { process, scheduler } = host;
        const untilMs = scheduler.now + faults.roll() * BUSY_MS_MAX;
        if (process) process.frozenUntil = Math.max(process.frozenUntil, untilMs);
      },
    );
  }),
  C6: forAWhile('the wall clock is set again and again, by little, both ways', steps),
  C7: atOnce(
    'the machine is suspended: its monotonic clock and its timers stand still',
    ({ process, scheduler }, { roll }) => {
      if (!process || process.frozenUntil > scheduler.now) return;
      const forMs = within(SUSPENDED_MS, roll ** 3);
      scheduler.suspend(process, forMs);
      process.suspendedMs += forMs;
    },
    1,
  ),
} satisfies Record<string, FaultKind>;

function steps(host: FaultHost): () => void {
  const { faults } = host.dice;
  let setMs = 0;
  const stop = repeatedly(
    host,
    () => faults.between(...STEP_EVERY_MS),
    () => {
      const stepMs = faults.between(-STEP_MS_MAX, STEP_MS_MAX);
      setMs += stepMs;
      host.wall.offsetMs += stepMs;
    },
  );
  return () => {
    stop();
    host.wall.offsetMs -= setMs;
  };
}

function wallStep(host: Host, step: number): () => void {
  const stepMs = Math.round(step);
  host.wall.offsetMs += stepMs;
  return () => {
    host.wall.offsetMs -= stepMs;
  };
}
