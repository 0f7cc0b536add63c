import { describe, expect, it } from '@jest/globals';
import { Screen } from '../../../../../src/interface/cli/render/screen.ts';
import { fakeIo } from '../../../../builders/fakeIo.ts';

const UP = (lines: number): string => `\u001b[${lines}A`;
const CLEAR = '\r\u001b[J';

describe('a screen', () => {
  it('goes back over what it painted before', () => {
    const io = fakeIo();
    const screen = new Screen(io);
    screen.paint(['a', 'b']);
    screen.paint(['c']);
    expect(io.stdout()).toBe(`${CLEAR}a\nb\n${UP(2)}${CLEAR}c\n`);
  });

  it('keeps lines printed above it', () => {
    const io = fakeIo();
    const screen = new Screen(io);
    screen.paint(['a']);
    screen.above('note');
    screen.paint(['b']);
    expect(io.stdout()).toBe(`${CLEAR}a\n${UP(1)}${CLEAR}note\na\n${UP(1)}${CLEAR}b\n`);
  });

  it('leaves nothing of the old block behind when the terminal has become narrower', () => {
    const io = fakeIo({ columns: 10 });
    const screen = new Screen(io);
    screen.paint(['0123456789', 'abc', '']);
    io.resize(4, 40);
    screen.paint(['abcdefgh']);
    // The terminal has broken the first line into three rows.
    expect(io.stdout().split(UP(5))).toHaveLength(2);
    expect(io.stdout().endsWith(`${CLEAR}abc…\n`)).toBe(true);
    io.resize(20, 40);
    screen.paint([]);
    expect(io.stdout().endsWith(`${UP(1)}${CLEAR}`)).toBe(true);
  });

  it('never paints more than fits: a line that wraps could not be painted over', () => {
    const io = fakeIo({ columns: 10 });
    new Screen(io).paint(Array.from({ length: 100 }, () => 'x'.repeat(100)));
    const lines = io.stdout().replace(CLEAR, '').trimEnd().split('\n');
    expect(lines).toHaveLength(39);
    expect(lines.every((line) => line.length === 10)).toBe(true);
  });
});
