import { describe, expect, it } from '@jest/globals';
import { Adx } from '../../../../src/core/indicators/adx.ts';
import { Bollinger } from '../../../../src/core/indicators/bollinger.ts';
import { Ema } from '../../../../src/core/indicators/ema.ts';
import { checkedLength, LENGTH_MAX } from '../../../../src/core/indicators/length.ts';
import { Macd } from '../../../../src/core/indicators/macd.ts';
import { AwesomeOscillator } from '../../../../src/core/indicators/rangeOscillators.ts';
import { Stochastic } from '../../../../src/core/indicators/stochastic.ts';

describe('checkedLength', () => {
  it('takes whole numbers of bars up to the maximum', () => {
    expect(checkedLength('length', 1)).toBe(1);
    expect(checkedLength('length', LENGTH_MAX)).toBe(LENGTH_MAX);
  });

  it.each([0, -1, 1.5, NaN, Infinity, LENGTH_MAX + 1])(
    'refuses %p and names the parameter',
    (n) => {
      expect(() => checkedLength('slow', n)).toThrow(RangeError);
      expect(() => checkedLength('slow', n)).toThrow(/^slow: /u);
    },
  );
});

describe('indicators', () => {
  it('refuse look-backs that make no sense, naming the parameter', () => {
    expect(() => new Ema(0)).toThrow(/^length: 0 /u);
    expect(() => new Adx(2.5)).toThrow(/^length: 2.5 /u);
    expect(() => new Bollinger(20, 0)).toThrow(/^width: 0 /u);
    expect(() => new Macd({ fast: 26, slow: 12, signal: 9 })).toThrow(/^fast: 26 .* slow, 12/u);
    expect(() => new Stochastic({ range: 14, slowing: 0, d: 3 })).toThrow(/^slowing: 0 /u);
    expect(() => new AwesomeOscillator(34, 5)).toThrow(/^fast: 34 .* slow, 5/u);
  });
});
