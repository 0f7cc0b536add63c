import { describe, expect, it } from '@jest/globals';
import {
  fitted,
  flowBlock,
  flowed,
  linesBlock,
  type Block,
} from '../../../../../src/interface/cli/render/layout.ts';

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);

const block = (name: string, count: number, changes: Partial<Block>): Block => ({
  ...linesBlock(numbered(name, count), 0),
  ...changes,
});

describe('a layout', () => {
  it('shows everything in its order when there is room', () => {
    const blocks = [block('b', 2, { rank: 1 }), block('a', 2, { rank: 0 })];
    expect(fitted(blocks)).toEqual(['b0', 'b1', 'a0', 'a1']);
    expect(fitted(blocks, 4)).toEqual(['b0', 'b1', 'a0', 'a1']);
  });

  it('gives each what it needs by rank, then the rest by rank', () => {
    const blocks = [
      block('c', 9, { rank: 2, least: 3 }),
      block('a', 4, { rank: 0, least: 1 }),
      block('b', 9, { rank: 1, least: 2 }),
    ];
    expect(fitted(blocks, 10)).toEqual([
      ...numbered('c', 3),
      ...numbered('a', 4),
      ...numbered('b', 3),
    ]);
    // What cannot say anything is left out, and others have its room.
    expect(fitted(blocks, 5)).toEqual([...numbered('a', 3), ...numbered('b', 2)]);
    expect(fitted(blocks, 1)).toEqual(['a0']);
  });

  it('gives one no more than its share of the screen while others want room', () => {
    const blocks = [
      block('a', 50, { rank: 0, most: (height) => height / 2 }),
      block('b', 50, { rank: 1 }),
    ];
    expect(fitted(blocks, 10)).toEqual([...numbered('a', 5), ...numbered('b', 5)]);
  });

  it('flows parts over lines, each whole, and cuts only the last line it may have', () => {
    const parts = ['one', 'two', 'three', 'a-part-that-is-too-wide'];
    expect(flowed(parts, '  ', 10)).toEqual(['one  two', 'three', 'a-part-that-is-too-wide']);
    const flow = flowBlock(parts, { between: '  ', width: 10, rank: 0 });
    expect(flow.lines(2)).toEqual(['one  two', 'three  a-…']);
    expect(flowBlock([], { between: ' ', width: 10, rank: 0 }).lines(3)).toEqual([]);
  });
});
