import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Space, type Parameter } from '../../../../src/core/search/space.ts';

const fast: Parameter = { name: 'fast', type: 'int', low: 5, high: 14, unit: '' };
const stop: Parameter = { name: 'stop', type: 'float', low: 1, high: 3, step: 0.5, unit: '%' };
const size: Parameter = { name: 'size', type: 'log', low: 10, high: 1000, unit: ' USDT' };
const trail: Parameter = { name: 'trail', type: 'choice', values: [true, false] };
const far: Parameter = {
  ...{ name: 'far', type: 'float', low: 0, high: 1, unit: '' },
  when: { parameter: 'trail', values: [true] },
};
const space = new Space([fast, stop, size, trail, far]);
const points = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: space.size,
  maxLength: space.size,
});

describe('a space', () => {
  it('turns points into what a file would hold', () => {
    expect(space.decode([0, 0, 0, 0, 0])).toEqual({
      ...{ fast: 5, stop: '1%', size: '10 USDT', trail: true, far: 0 },
    });
    expect(space.decode([1, 1, 0.5, 0.75, 0.5])).toEqual({
      ...{ fast: 14, stop: '3%', size: '100 USDT', trail: false },
    });
  });

  it('leaves out what does not count', () => {
    expect(space.decode([0.5, 0.5, 0.5, 0.9, 0.5])).not.toHaveProperty('far');
    expect(space.encode(space.decode([0.5, 0.5, 0.5, 0.9, 0.5]))[4]).toBeUndefined();
  });

  it('keeps every value within its range, on its steps, and finds the way back', () => {
    fc.assert(
      fc.property(points, (point) => {
        const found = space.decode(point);
        expect(Number(found['fast'])).toBeGreaterThanOrEqual(5);
        expect(Number(found['fast'])).toBeLessThanOrEqual(14);
        expect(['1%', '1.5%', '2%', '2.5%', '3%']).toContain(found['stop']);
        expect(space.decode(space.encode(found))).toEqual(found);
      }),
    );
  });

  it('gives each whole number the same room', () => {
    const counts = new Map<unknown, number>();
    for (let at = 0; at < 1000; at += 1) {
      const { fast: value } = space.decode([at / 1000, 0, 0, 0, 0]);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual(Array(10).fill(100));
  });

  it('writes no exponents', () => {
    const tiny = new Space([{ name: 'x', type: 'log', low: 1e-9, high: 1, unit: '%' }]);
    expect(tiny.decode([0])).toEqual({ x: '0.000000001%' });
  });

  it.each([
    [[fast, fast], 'is there twice'],
    [[far], 'does not come before'],
    [[{ ...fast, low: 14 }], 'below its high end'],
    [[{ ...fast, low: 1.5 }], 'whole ends'],
    [[{ ...size, low: 0 }], 'begins above 0'],
    [[{ ...stop, step: 9 }], 'fit into the range'],
    [[{ ...trail, values: [] }], 'nothing to choose'],
    [[{ ...trail, values: [1, 1] }], 'a value is there twice'],
  ] as const)('refuses what is none: %#', (parameters, words) => {
    expect(() => new Space(parameters as readonly Parameter[])).toThrow(words);
  });
});
