import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Amount, dec, ZERO } from '../../../../src/core/domain/amount.ts';
import { canonicalText, readExact, writeExact } from '../../../../src/core/domain/exactText.ts';

const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }))
  .map(([units, scale]) => dec(`${units}e-${scale}`));
const leaves = fc.oneof(
  fc.string(),
  fc.constantFrom('~', '~n', '~~', '~map', '~d1:2'),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.bigInt(),
  amounts,
);
const keys = fc.oneof(fc.string(), fc.constantFrom('~map', '~set', '~', '__proto__'));
const values = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('any'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('any')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => new Set(items)),
  ),
})).any;

describe('exact text', () => {
  it('brings back what was written, in one line', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = writeExact(value);
        expect(text).not.toContain('\n');
        expect(readExact(text)).toStrictEqual(value);
      }),
    );
  });

  it('keeps the scale of an exact number, the sign of zero and which fields are there', () => {
    const value = { price: dec('1.500'), nothing: undefined, low: -0 };
    const back = readExact(writeExact(value)) as typeof value;
    expect(back.price).toBeInstanceOf(Amount);
    expect([back.price.units, back.price.scale]).toEqual([value.price.units, value.price.scale]);
    expect('nothing' in back).toBe(true);
    expect(Object.is(back.low, -0)).toBe(true);
    expect(readExact(writeExact(dec('0.00')))).toBe(ZERO);
  });

  it('refuses what is no plain value by its name', () => {
    class Book {
      readonly pages = 1;
    }
    expect(() => writeExact({ a: [new Book()] })).toThrow('VALUE_NOT_PLAIN: Book');
    expect(() => writeExact({ a: () => 1 })).toThrow('VALUE_NOT_PLAIN: function');
  });

  it('refuses to read what it does not write', () => {
    expect(() => readExact('"~x"')).toThrow('VALUE_INVALID');
    expect(() => readExact('{"~map":1}')).toThrow('VALUE_INVALID');
  });

  it('has one canonical text for the same values in other clothes', () => {
    const one = { b: dec('1.50'), a: undefined, c: new Map([['x', 1]]) };
    const other = { c: new Map([['x', 1]]), b: dec('1.5') };
    expect(canonicalText(one)).toBe(canonicalText(other));
    expect(canonicalText({ a: Number.NaN })).not.toBe(canonicalText({ a: null }));
    expect(canonicalText({ b: dec('1.5') })).not.toBe(canonicalText({ b: dec('1.6') }));
  });
});
