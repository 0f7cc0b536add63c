import { beforeEach, describe, expect, it } from '@jest/globals';
import { Conditions } from '../../../../../src/simulator/faults/conditions.ts';
import { Limits } from '../../../../../src/simulator/venues/binance/limits.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-03-04T05:06:20Z');

let nowMs = START_MS;
let conditions: Conditions;
let limits: Limits;

beforeEach(() => {
  nowMs = START_MS;
  conditions = new Conditions(() => nowMs);
  limits = new Limits({ wallNowMs: () => nowMs, conditions });
});

/** Status and waiting time of the refusal, if there is one. */
function refusal(): [number, number] | undefined {
  limits.count(10);
  try {
    limits.check('alice');
    return undefined;
  } catch (error) {
    const { status, retryAfterSeconds } = error as { status: number; retryAfterSeconds: number };
    return [status, retryAfterSeconds];
  }
}

describe('request weight', () => {
  it('is summed within a minute and starts again with the next', () => {
    limits.count(20);
    expect(limits.count(5)).toMatchObject({ 'x-mbx-used-weight-1m': '25' });
    nowMs += MINUTE_MS;
    expect(limits.count(5)).toMatchObject({ 'x-mbx-used-weight-1m': '5' });
  });

  it('is not limited unless the conditions say so', () => {
    limits.count(1_000_000);
    expect(refusal()).toBeUndefined();
  });

  it('above the limit is refused until the minute ends', () => {
    conditions.weightLimitPerMinute = 15;
    expect(refusal()).toBeUndefined();
    expect(refusal()).toEqual([429, 40]);
    nowMs += 40_000;
    expect(refusal()).toBeUndefined();
  });

  it('ten refusals later leads to a ban, the next one twice as long, which both end', () => {
    conditions.weightLimitPerMinute = 5;
    const untilBanned = (): number | undefined => {
      for (let count = 0; count < 10; count += 1) expect(refusal()?.[0]).toBe(429);
      const [status, seconds] = refusal() ?? [];
      expect(status).toBe(418);
      return seconds;
    };
    expect(untilBanned()).toBe(120);
    nowMs += 119_000;
    expect(refusal()).toEqual([418, 1]);
    nowMs += 1_000;
    expect(untilBanned()).toBe(240);
  });

  it('does not matter to who is banned by name', () => {
    conditions.ban('alice', nowMs + 30_000);
    expect(refusal()).toEqual([418, 30]);
    expect(() => {
      limits.check('bob');
    }).not.toThrow();
  });
});

describe('new orders', () => {
  it('are counted by account, per ten seconds and per day', () => {
    limits.countOrders('alice', 2);
    limits.countOrders('bob', 1);
    nowMs += 10_000;
    limits.countOrders('alice', 1);
    expect(limits.orderHeaders('alice')).toEqual({
      'x-mbx-order-count-10s': '1',
      'x-mbx-order-count-1d': '3',
    });
    expect(limits.orderUsage('bob')).toMatchObject([
      { interval: 'SECOND', intervalNum: 10, limit: 100, count: 0 },
      { interval: 'DAY', intervalNum: 1, limit: 200_000, count: 1 },
    ]);
  });

  it('beyond the limit of the conditions are refused', () => {
    conditions.orderLimitPer10s = 2;
    limits.countOrders('alice', 2);
    expect(() => {
      limits.countOrders('alice', 1);
    }).toThrow('Too many new orders; current limit is 2 orders per 10 SECOND.');
    nowMs += 10_000;
    expect(() => {
      limits.countOrders('alice', 1);
    }).not.toThrow();
  });
});
