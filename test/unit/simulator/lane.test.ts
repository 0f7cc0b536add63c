/** Deliveries wait for their delay and for one another. */
import { describe, expect, it } from '@jest/globals';
import { Backlog, Lane } from '../../../src/simulator/lane.ts';
import { until } from '../../integration/simulator/outcomes.ts';

describe('a lane', () => {
  it('delivers at once what has no delay and nothing before it', () => {
    const seen: number[] = [];
    const lane = new Lane(new Backlog());
    lane.push(0, () => seen.push(1));
    expect(seen).toEqual([1]);
  });

  it('keeps the order, however short a later delay is', async () => {
    const backlog = new Backlog();
    const lane = new Lane(backlog);
    const seen: number[] = [];
    const delays = [20, 0, 5, 1, 0, 12];
    for (const [index, delay] of delays.entries()) lane.push(delay, () => seen.push(index));
    expect([seen.length, backlog.count]).toEqual([0, delays.length]);
    await until(() => backlog.count === 0, 'all delivered');
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('delivers nothing while it is held, and all when every hold is released', () => {
    const seen: number[] = [];
    const lane = new Lane(new Backlog());
    lane.hold();
    lane.hold();
    lane.push(0, () => seen.push(1));
    lane.push(0, () => seen.push(2));
    lane.release();
    expect(seen).toEqual([]);
    lane.release();
    expect(seen).toEqual([1, 2]);
  });

  it('may be given more by a delivery, behind what waits', () => {
    const seen: number[] = [];
    const lane = new Lane(new Backlog());
    lane.hold();
    lane.push(0, () => {
      seen.push(1);
      lane.push(0, () => seen.push(3));
    });
    lane.push(0, () => seen.push(2));
    lane.release();
    expect(seen).toEqual([1, 2, 3]);
  });

  it('forgets what waits when it is closed', () => {
    const seen: number[] = [];
    const backlog = new Backlog();
    const lane = new Lane(backlog);
    lane.push(1_000, () => seen.push(1));
    lane.close();
    lane.push(0, () => seen.push(2));
    expect([seen, backlog.count]).toEqual([[], 0]);
  });
});
