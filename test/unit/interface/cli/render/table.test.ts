import { describe, expect, it } from '@jest/globals';
import { painter } from '../../../../../src/interface/cli/render/colour.ts';
import { table } from '../../../../../src/interface/cli/render/table.ts';
import { widthOf } from '../../../../../src/interface/cli/render/text.ts';

const columns = [
  { title: 'NAME' },
  { title: 'N', align: 'right' },
  { title: 'WHY', flexible: true },
] as const;

describe('a table', () => {
  it('aligns words left and numbers right, without blanks at the end', () => {
    const rows = [
      ['a', '1', 'x'],
      ['bcdef', '100', ''],
    ];
    expect(table({ columns, rows })).toEqual(['NAME     N  WHY', 'a        1  x', 'bcdef  100']);
  });

  it('shortens only the flexible column when it is too wide', () => {
    const lines = table({
      columns,
      rows: [['name', '12345', 'a very long explanation indeed']],
      width: 30,
    });
    expect(lines[1]).toBe('name  12345  a very long expl…');
    expect(lines.every((line) => widthOf(line) <= 30)).toBe(true);
  });

  it('keeps something of the flexible column however narrow the terminal is', () => {
    const lines = table({
      columns,
      rows: [['name', '12345', 'a very long explanation']],
      width: 5,
    });
    expect(lines[1]).toContain('a very long…');
  });

  it('leaves columns out, the least important first, before the flexible one gets too little', () => {
    const some = [
      { title: 'NAME' },
      { title: 'A', drop: 1 },
      { title: 'B', drop: 2 },
      { title: 'WHY', flexible: true },
    ] as const;
    const rows = [['name', 'aaaa', 'bbbb', 'a long explanation']];
    const titles = (width: number, flexibleMin: number) =>
      table({ columns: some, rows, width, flexibleMin })[0]?.split(/ +/u);
    expect(titles(40, 10)).toEqual(['NAME', 'A', 'B', 'WHY']);
    expect(titles(28, 10)).toEqual(['NAME', 'A', 'B', 'WHY']);
    expect(titles(27, 10)).toEqual(['NAME', 'A', 'WHY']);
    expect(titles(28, 18)).toEqual(['NAME', 'WHY']);
    expect(titles(1, 10)).toEqual(['NAME', 'WHY']);
  });

  it('aligns by what is seen, not by the codes of colours', () => {
    const { bad } = painter(true);
    const lines = table({ columns, rows: [[{ text: 'ab', paint: bad }, '1', 'x']] });
    expect(lines[1]).toBe('\u001b[31mab\u001b[0m    1  x');
  });

  it('lets no cell steer the terminal or break the line', () => {
    expect(table({ columns, rows: [['a\nb', '1', '\u001b[2J']] })[1]).toBe('a b   1   [2J');
  });
});
