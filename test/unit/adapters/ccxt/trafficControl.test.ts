import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  PRIORITIES,
  TrafficControl,
  WAITING_MAX,
} from '../../../../src/adapters/ccxt/trafficControl.ts';
import type { RequestPriority as Priority } from '../../../../src/ports/exchangeGateway.ts';
import { ManualClock } from '../../../../src/adapters/clock/manualClock.ts';

/** A cost that uses the whole budget at once. */
const WHOLE_BUDGET_MS = 10_000;

let clock: ManualClock;
let traffic: TrafficControl;
let passed: string[];

beforeEach(() => {
  clock = new ManualClock();
  traffic = new TrafficControl(clock);
  passed = [];
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function ask(priority: Priority, name: string, costMs = 100): void {
  void traffic.admit(priority, costMs).then(
    () => passed.push(name),
    (error: unknown) => passed.push(`${name}: ${String(error)}`),
  );
}

async function pass(ms: number): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 10) {
    clock.advance(10);
    await settle();
  }
}

describe('the traffic control', () => {
  it('lets requests through at once while there is budget', async () => {
    for (const priority of PRIORITIES) ask(priority, priority);
    await settle();
    expect(passed).toEqual([...PRIORITIES]);
  });

  it('lets a cancel pass forty waiting reads', async () => {
    ask('cancel', 'spender', WHOLE_BUDGET_MS);
    for (let count = 0; count < 40; count += 1) ask('query', `query ${count}`);
    ask('cancel', 'cancel');
    await settle();
    expect(passed).toEqual(['spender', 'cancel']);
  });

  it('keeps a part of the budget from each kind for the more important ones', async () => {
    ask('cancel', 'spender', WHOLE_BUDGET_MS - 1_000);
    for (const priority of PRIORITIES) ask(priority, priority, 1);
    await settle();
    expect(passed).toEqual(['spender', 'cancel', 'exit', 'entry']);
    await pass(1_100);
    expect(passed.at(-1)).toBe('query');
    await pass(2_000);
    expect(passed.at(-1)).toBe('data');
  });

  it('serves the least important kind in bounded time under a flood of the most important', async () => {
    ask('cancel', 'spender', 2 * WHOLE_BUDGET_MS);
    ask('data', 'data', 10);
    for (let count = 0; count < 5_000 && !passed.includes('data'); count += 1) {
      ask('cancel', `cancel ${count}`, 20);
      await pass(10);
    }
    // Twice as much is asked for as the budget gives: cancels alone would use all of it for ever. Whoever came within its
    // patience of 20 s goes before it, and that takes 40 s.
    expect(passed).toContain('data');
    expect(traffic.reading().lanes.data.longestWaitMs).toBeLessThan(42_000);
  });

  it('sends nothing while the exchange wants silence, then cancels and exits first', async () => {
    traffic.refused(429, 3_000);
    for (const priority of ['data', 'query', 'entry', 'exit', 'cancel'] as const)
      ask(priority, priority, 500);
    await pass(2_990);
    expect(passed).toEqual([]);
    const { pausedMs } = traffic.reading();
    expect(pausedMs > 0 && pausedMs <= 10).toBe(true);
    await pass(20);
    expect(passed).toEqual(['cancel']);
    await pass(500);
    expect(passed).toEqual(['cancel', 'exit']);
    await pass(20_000);
    expect(passed).toEqual(['cancel', 'exit', 'entry', 'query', 'data']);
  });

  it.each([
    [429, 5_000],
    [418, 120_000],
  ])('waits longer each time status %d comes without a time', (status, firstMs) => {
    traffic.refused(status, undefined);
    expect(traffic.reading().pausedMs).toBe(firstMs);
    traffic.refused(status, undefined);
    expect(traffic.reading().pausedMs).toBe(2 * firstMs);
    traffic.answered(undefined);
    clock.advance(2 * firstMs);
    traffic.refused(status, undefined);
    expect(traffic.reading().pausedMs).toBe(firstMs);
  });

  it("takes the exchange's own counter for true when it says that more is used", async () => {
    traffic.answered(0.99);
    expect(traffic.reading().used).toBeCloseTo(0.94, 10);
    ask('query', 'query');
    ask('entry', 'entry');
    await settle();
    expect(passed).toEqual(['entry']);
  });

  it('refuses when too many wait, and tells it', async () => {
    traffic.refused(429, 60_000);
    for (let count = 0; count < WAITING_MAX; count += 1) ask('query', 'waiting');
    ask('cancel', 'one more');
    await settle();
    expect(passed).toEqual([
      `one more: Error: TRAFFIC_FULL: ${WAITING_MAX} requests to the exchange wait already`,
    ]);
  });

  it('refuses whoever waits when it is closed', async () => {
    traffic.refused(429, 60_000);
    ask('cancel', 'cancel');
    traffic.close();
    ask('exit', 'exit');
    await settle();
    expect(passed).toEqual(['cancel: Error: closed', 'exit: Error: closed']);
    expect(clock.timers).toBe(0);
  });
});
