/** Latencies are what their profile says, drawn from one stream per leg. */
import { describe, expect, it } from '@jest/globals';
import { LATENCY_PROFILES, LEGS, Latency } from '../../../src/simulator/latency.ts';

const COUNT = 20_000;

function samples(latency: Latency, count = COUNT): number[] {
  return Array.from({ length: count }, () => latency.sample('ingress')).sort((a, b) => a - b);
}

describe('a latency', () => {
  it('is nothing without a profile', () => {
    const latency = new Latency(1, LATENCY_PROFILES.none);
    expect(LEGS.map((leg) => latency.sample(leg))).toEqual(LEGS.map(() => 0));
    expect(latency.isEventFirst()).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    const draw = (seed: number): number[] => samples(new Latency(seed, LATENCY_PROFILES.home), 50);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('does not depend on what other legs draw', () => {
    const alone = new Latency(3, LATENCY_PROFILES.slow);
    const busy = new Latency(3, LATENCY_PROFILES.slow);
    for (let count = 0; count < 100; count += 1) {
      busy.sample('market');
      busy.sample('answer');
      expect(busy.sample('ingress')).toBe(alone.sample('ingress'));
    }
  });

  it('has the median and the spread of its profile', () => {
    const drawn = samples(new Latency(5, { ingress: { medianMs: 80, sigma: 0.5 } }));
    const at = (share: number): number => drawn[Math.floor(share * COUNT)] ?? 0;
    expect(at(0.5) / 80).toBeCloseTo(1, 1);
    // One standard deviation of the logarithm: 84.13 % are below.
    expect(at(0.8413) / (80 * Math.exp(0.5))).toBeCloseTo(1, 1);
  });

  it('has a tail as often as its profile says', () => {
    const tail = { probability: 0.1, factor: 100 };
    const drawn = samples(new Latency(6, { ingress: { medianMs: 1, sigma: 0, tail } }));
    const late = drawn.filter((ms) => ms === 100).length;
    expect(drawn.length - late).toBe(drawn.filter((ms) => ms === 1).length);
    expect(late / COUNT).toBeCloseTo(0.1, 1);
  });

  it('lets events go first as often as its profile says', () => {
    const latency = new Latency(9, { eventFirst: 0.25 });
    let first = 0;
    for (let count = 0; count < COUNT; count += 1) first += latency.isEventFirst() ? 1 : 0;
    expect(first / COUNT).toBeCloseTo(0.25, 1);
  });
});
