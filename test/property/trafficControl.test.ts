/** What holds of the traffic control for any stream of requests. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PRIORITIES, TrafficControl } from '../../src/adapters/ccxt/trafficControl.ts';
import { ManualClock } from '../../src/adapters/clock/manualClock.ts';

const PATIENCE_MS = { cancel: 0, exit: 100, entry: 1_000, query: 5_000, data: 20_000 } as const;
const BUDGET_MS = 10_000;
const DEBT_MS = 10_000;

const requests = fc.array(
  fc.record({
    afterMs: fc.nat(400),
    priority: fc.constantFrom(...PRIORITIES),
    costMs: fc.integer({ min: 1, max: 1_000 }),
  }),
  { minLength: 1, maxLength: 120 },
);

interface Passage {
  readonly deadlineMs: number;
  readonly arrivedMs: number;
  readonly costMs: number;
  readonly index: number;
  passedMs: number;
}

async function run(
  stream: readonly { afterMs: number; priority: keyof typeof PATIENCE_MS; costMs: number }[],
): Promise<Passage[]> {
  const clock = new ManualClock();
  const traffic = new TrafficControl(clock);
  const passages: Passage[] = [];
  const done: Promise<void>[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (const [index, { afterMs, priority, costMs }] of stream.entries()) {
    clock.advance(afterMs);
    const arrivedMs = clock.monotonicMs();
    const passage: Passage = {
      arrivedMs,
      deadlineMs: arrivedMs + PATIENCE_MS[priority],
      costMs,
      index,
      passedMs: Infinity,
    };
    passages.push(passage);
    done.push(
      traffic.admit(priority, costMs).then(() => void (passage.passedMs = clock.monotonicMs())),
    );
    await turn();
  }
  for (let step = 0; step < 20_000 && passages.some((p) => p.passedMs === Infinity); step += 1) {
    clock.advance(10);
    await turn();
  }
  await Promise.all(done);
  return passages;
}

describe('for any stream of requests the traffic control', () => {
  it('never spends more than the budget and the debt it may run into', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (stream) => {
        const byTime = (await run(stream)).toSorted((a, b) => a.passedMs - b.passedMs);
        for (const from of byTime) {
          let spent = 0;
          for (const passage of byTime) {
            if (passage.passedMs < from.passedMs) continue;
            // The last request may overdraw: its cost is not known to fit before it goes.
            expect(spent).toBeLessThanOrEqual(
              BUDGET_MS + DEBT_MS + (passage.passedMs - from.passedMs),
            );
            spent += passage.costMs;
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('lets nobody be overtaken, once overdue, by a request with a later deadline', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (stream) => {
        const passages = await run(stream);
        for (const late of passages) {
          for (const early of passages) {
            const overtook =
              late.deadlineMs > early.deadlineMs &&
              late.passedMs < early.passedMs &&
              late.passedMs > early.deadlineMs;
            expect(overtook).toBe(false);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
