import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  add,
  ceilToStep,
  dec,
  floorToStep,
  isAboveZero,
  isOnStep,
  subtract,
  toFloat,
  toText,
  ZERO,
  type Decimal,
} from '../../../../src/core/domain/decimal.ts';

const STEPS = [
  '1',
  '0.1',
  '0.01',
  '0.00001',
  '0.00000001',
  '0.05',
  '0.25',
  '0.0025',
  '10',
  '500',
  '3',
];
const steps = fc.constantFrom(...STEPS).map(dec);
const numbers = fc
  .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 14 }))
  .map(([digits, places]) => dec(`${digits}e-${places}`));

/** The definition, by division. */
const stepsIn = (value: Decimal, step: Decimal): Decimal => value.div(step);

describe('rounding to a step', () => {
  it('gives the largest multiple below and the smallest above, for steps of every kind', () => {
    fc.assert(
      fc.property(numbers, steps, (value, step) => {
        expect(floorToStep(value, step).eq(stepsIn(value, step).floor().mul(step))).toBe(true);
        expect(ceilToStep(value, step).eq(stepsIn(value, step).ceil().mul(step))).toBe(true);
      }),
    );
  });

  it('knows exactly the multiples of a step', () => {
    fc.assert(
      fc.property(numbers, steps, (value, step) => {
        expect(isOnStep(value, step)).toBe(stepsIn(value, step).isInteger());
        expect(isOnStep(floorToStep(value, step), step)).toBe(true);
      }),
    );
  });
});

describe('sums', () => {
  it('are those of the library, whatever is zero or the same', () => {
    const terms = fc.oneof(numbers, fc.constant(ZERO));
    fc.assert(
      fc.property(terms, terms, (a, b) => {
        expect(add(a, b).eq(a.plus(b))).toBe(true);
        expect(subtract(a, b).eq(a.minus(b))).toBe(true);
        expect(toText(subtract(a, a))).toBe('0');
      }),
    );
  });
});

describe('a decimal as a float', () => {
  it('is the nearest one', () => {
    fc.assert(fc.property(numbers, (value) => toFloat(value) === Number(toText(value))));
  });
});

describe('isAboveZero', () => {
  it.each([
    ['0.00000001', true],
    ['0', false],
    ['-0', false],
    ['-1', false],
  ])('of %s is %s', (text, expected) => {
    expect(isAboveZero(dec(text))).toBe(expected);
  });
});
