import { describe, expect, it } from '@jest/globals';
import type { ReplayedFile } from '../../../../../src/interface/app.ts';
import { replayLines } from '../../../../../src/interface/cli/render/replayText.ts';

const REPLAYED: ReplayedFile = {
  file: '/somewhere/20240101T000000000Z-000001.rec',
  start: { version: 1, program: '1', mode: 'paper', configHash: 'h', startedAt: 0 },
  events: 12_345,
  commands: 6,
  from: 0,
  to: 60_000,
  isWhole: true,
  tornBytes: 0,
  difference: undefined,
};

const differing = (recorded: unknown, replayed: unknown): string[] =>
  replayLines({
    ...REPLAYED,
    difference: {
      event: 1_001,
      at: 60_000,
      kind: 'candle',
      recorded: JSON.stringify(recorded),
      replayed: JSON.stringify(replayed),
    },
  });

describe('a replay in words', () => {
  it('says that all came out the same', () => {
    expect(replayLines(REPLAYED)).toEqual([
      '20240101T000000000Z-000001.rec: identical; 12,345 events led to the same 6 commands, market time 1970-01-01 00:00:00Z to 1970-01-01 00:01:00Z',
    ]);
  });

  it('says that the end is missing, and what of it cannot be read', () => {
    const [, line] = replayLines({ ...REPLAYED, isWhole: false, tornBytes: 1_500 });
    expect(line).toContain('it has no end');
    expect(line).toContain('1,500 bytes at the end cannot be read');
  });

  it('names the event and the first command that differs', () => {
    expect(differing([{ a: 1 }, { b: 2 }], [{ a: 1 }, { b: 3 }])).toEqual([
      '20240101T000000000Z-000001.rec: DIFFERS at event 1,001 (candle, market time 1970-01-01 00:01:00Z)',
      '  then: {"b":2}',
      '  now:  {"b":3}',
    ]);
    expect(differing([{ a: 1 }], [])[2]).toBe('  now:  no command');
    expect(differing([], { failure: 'x' })[2]).toBe('  now:  {"failure":"x"}');
  });
});
