import { describe, expect, it } from '@jest/globals';
import {
  againstPast,
  bounded,
  shareOr,
  volScaled,
} from '../../../../src/core/signals/normalise.ts';

describe('normalisation', () => {
  it('cuts a bounded scale at ±1', () => {
    expect([-3, -1, -0.25, 0.5, 1, 7].map(bounded)).toEqual([-1, -1, -0.25, 0.5, 1, 1]);
  });

  it('squashes a standard score by tanh(z/2), cut at four deviations', () => {
    expect(againstPast(13, 10, 4)).toBeCloseTo(Math.tanh(0.75), 15);
    expect(againstPast(1e9, 10, 4)).toBe(Math.tanh(2));
    expect(againstPast(-1e9, 10, 4)).toBe(-Math.tanh(2));
  });

  it('says nothing where the past did not vary', () => {
    expect(againstPast(5, 5, 0)).toBe(0);
    expect(againstPast(6, 5, 0)).toBe(0);
  });

  it('scales a return by volatility and the root of its length', () => {
    expect(volScaled(0.04, 0.0001, 16)).toBeCloseTo(Math.tanh(1), 12);
    expect(volScaled(0.04, 0, 16)).toBe(0);
  });

  it('gives the neutral value where there is no whole', () => {
    expect([shareOr(0.5, 3, 4), shareOr(0.5, 0, 0)]).toEqual([0.75, 0.5]);
  });
});
