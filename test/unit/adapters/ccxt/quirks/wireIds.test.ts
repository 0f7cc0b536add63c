import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromWireId, toWireId } from '../../../../../src/adapters/ccxt/quirks/wireIds.ts';
import type { WireForm } from '../../../../../src/adapters/ccxt/quirks/wireIds.ts';

const ids = fc
  .array(fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz234567')), {
    minLength: 17,
    maxLength: 17,
  })
  .map((letters) => `x${letters.join('')}`);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('for any client order id of ours', () => {
  it.each<WireForm>(['plain', 'uuid', 'gate'])('form %s gives it back', (form) => {
    fc.assert(
      fc.property(ids, (id) => {
        const sent = toWireId(form, id);
        expect(fromWireId(form, form === 'gate' ? `t-${sent}` : sent)).toBe(id);
      }),
    );
  });

  it('the UUID is a valid one, and two ids never share one', () => {
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        expect(toWireId('uuid', one)).toMatch(UUID);
        expect(toWireId('uuid', one) === toWireId('uuid', other)).toBe(one === other);
      }),
    );
  });
});

describe('an id of somebody else', () => {
  it('comes back as it is', () => {
    const theirs = '0b9f0f6c-2c5e-4f0e-9d3b-0d1d6a1b2c3d';
    expect(fromWireId('uuid', theirs)).toBe(theirs);
    expect(fromWireId('uuid', '0000000f-ffff-8fff-8fff-ffffffffffff')).toBe(
      '0000000f-ffff-8fff-8fff-ffffffffffff',
    );
    expect(fromWireId('plain', 't-1')).toBe('t-1');
  });

  it('cannot be turned into a UUID', () => {
    expect(() => toWireId('uuid', 'x1')).toThrow('no client order id of ours');
  });
});
