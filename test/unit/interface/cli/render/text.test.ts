import { describe, expect, it } from '@jest/globals';
import {
  clipped,
  clippedLine,
  printable,
  widthOf,
  wrapped,
} from '../../../../../src/interface/cli/render/text.ts';
import { yamlLines } from '../../../../../src/interface/cli/render/yaml.ts';
import {
  age,
  elapsed,
  money,
  percent,
  signedMoney,
  utc,
  utcText,
} from '../../../../../src/interface/cli/render/values.ts';
import { logLine } from '../../../../../src/interface/cli/render/logLine.ts';
import { painter } from '../../../../../src/interface/cli/render/colour.ts';

describe('wrapped text', () => {
  it('is broken between words, and within a word that is too long', () => {
    expect(wrapped('a bb ccc', 4)).toEqual(['a bb', 'ccc']);
    expect(wrapped('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapped('', 4)).toEqual(['']);
    expect(wrapped('as it is', Number.POSITIVE_INFINITY)).toEqual(['as it is']);
  });
});

describe('text', () => {
  it('from outside loses its control characters', () => {
    expect(printable('a\r\n\u001b[31mb\u0007\u009bc')).toBe('a [31mb c');
  });

  it('is measured in characters without colours', () => {
    expect(widthOf('\u001b[31mäß€\u001b[0m')).toBe(3);
  });

  it('is cut to a width', () => {
    expect([clipped('abcdef', 6), clipped('abcdef', 4), clipped('abc', 0)]).toEqual([
      'abcdef',
      'abc…',
      '',
    ]);
  });

  it('is cut with its colours kept whole', () => {
    expect(clippedLine('\u001b[31mabcdef\u001b[0m', 4)).toBe('\u001b[31mabc\u001b[0m…');
    expect(clippedLine('\u001b[31mabcd\u001b[0m', 4)).toBe('\u001b[31mabcd\u001b[0m');
  });
});

describe('values', () => {
  it.each([
    ['10212.4049', '10212.40'],
    ['-2.896', '-2.90'],
    ['0.00067891', '0.0006789'],
    ['0', '0.00'],
    ['-0.1', '-0.10'],
    ['123456789012345678901234.5', '123456789012345678901234.50'],
    [null, '-'],
  ])('shows %s as money: %s', (text, expected) => {
    expect(money(text)).toBe(expected);
  });

  it('shows gains with a plus, losses with a minus and nothing with neither', () => {
    expect(['1', '-1', '0', null].map(signedMoney)).toEqual(['+1.00', '-1.00', '0.00', '-']);
  });

  it('shows fractions as percentages', () => {
    expect([0.05123, -1, null].map(percent)).toEqual(['5.12%', '-100.00%', '-']);
  });

  it('shows spans by their two largest units', () => {
    expect([0, 45.9, 125, 11_045, 273_600].map(elapsed)).toEqual([
      '0s',
      '45s',
      '2m05s',
      '3h04m',
      '3d04h',
    ]);
    expect([null, 12.4, 61_000].map(age)).toEqual(['never', '12 ms', '1m01s']);
  });

  it('shows times in UTC', () => {
    expect([utc(1_704_067_200_123), utc(undefined)]).toEqual(['2024-01-01 00:00:00Z', '-']);
    expect([utcText('2024-01-01T09:31:00.000Z'), utcText(null)]).toEqual([
      '2024-01-01 09:31:00Z',
      '-',
    ]);
  });
});

describe('YAML for people', () => {
  it('shows nested data', () => {
    const value = {
      mode: 'sandbox',
      risk: { band: '5%', none: [], nil: null },
      list: [{ id: 'a', count: 1 }, 'b'],
      yes: 'yes',
    };
    expect(yamlLines(value)).toEqual([
      'mode: sandbox',
      'risk:',
      '  band: "5%"',
      '  none: []',
      '  nil: null',
      'list:',
      '  - id: a',
      '    count: 1',
      '  - b',
      '"yes": "yes"',
    ]);
  });
});

describe('a log line', () => {
  const plain = painter(false);

  it('shows time, level, message, then the rest', () => {
    const line = JSON.stringify({
      level: 'warn',
      time: '2024-01-01T00:00:00.000Z',
      pid: 1,
      msg: 'slow',
      ms: 12,
      of: { a: 1 },
    });
    expect(logLine(line, plain)).toBe('2024-01-01 00:00:00.000Z WARN  slow  ms=12  of={"a":1}');
  });

  it('shows what is not JSON as it is, but for control characters', () => {
    expect(logLine('Segmentation\tfault', plain)).toBe('Segmentation fault');
  });
});
