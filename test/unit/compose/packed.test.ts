import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, toText } from '../../../src/core/domain/decimal.ts';
import { pack, unpack } from '../../../src/compose/packed.ts';

describe('what travels', () => {
  it('arrives as it was, exact numbers among it, through JSON', () => {
    const amount = fc
      .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
      .map((units) => dec(`${String(units)}e-12`));
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true }),
      amount,
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(
          fc.string().filter((key) => !key.startsWith('$') && key !== '__proto__'),
          tie('tree'),
        ),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const arrived = unpack(JSON.parse(JSON.stringify(pack(value))) as never);
        expect(pack(arrived)).toEqual(JSON.parse(JSON.stringify(pack(value))));
      }),
    );
    const arrived = unpack(pack({ fee: dec('0.001'), none: undefined, far: Infinity })) as {
      fee: ReturnType<typeof dec>;
    };
    expect(toText(arrived.fee.times(2))).toBe('0.002');
    expect(arrived).toMatchObject({ far: Infinity });
    expect(arrived).not.toHaveProperty('none');
  });

  it('is data: anything else is refused', () => {
    expect(() => pack({ f: () => 1 })).toThrow('cannot travel');
  });
});
