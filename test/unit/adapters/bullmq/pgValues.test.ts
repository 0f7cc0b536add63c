import { describe, expect, it } from '@jest/globals';
import { columnValue, parameterText } from '../../../../src/adapters/bullmq/pgValues.ts';

describe('a query parameter', () => {
  it.each([
    ['text', 'text'],
    ['', ''],
    [0, '0'],
    [1.5, '1.5'],
    [12n, '12'],
    [true, 'true'],
    [null, null],
    [undefined, null],
    [{ a: [1, 'x'] }, '{"a":[1,"x"]}'],
    [[], '{}'],
    [
      ['a', 'b,c', 'say "hi"', 'back\\slash', null],
      '{"a","b,c","say \\"hi\\"","back\\\\slash",NULL}',
    ],
    [[[1, 2], [3]], '{{"1","2"},{"3"}}'],
  ])('%j becomes %j', (value, text) => {
    expect(parameterText(value)).toBe(text);
  });

  it('cannot be a function', () => {
    expect(() => parameterText(() => 1)).toThrow('function');
  });
});

describe('a column', () => {
  const TEXT = 25;
  const BIGINT = 20;
  const BOOLEAN = 16;
  const JSONB = 3802;

  it.each([
    ['abc', TEXT, 'abc'],
    ['42', BIGINT, 42],
    ['t', BOOLEAN, true],
    ['{"a":1}', JSONB, { a: 1 }],
    [null, TEXT, null],
  ])('%j of type %d is %j', (text, type, value) => {
    expect(columnValue(text, type)).toEqual(value);
  });
});
