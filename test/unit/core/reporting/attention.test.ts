import { describe, expect, it } from '@jest/globals';
import { ATTENTION, type AttentionCode } from '../../../../src/core/domain/attention.ts';
import { intentId, marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import {
  attentionItem,
  byImportance,
  conditionKey,
} from '../../../../src/core/reporting/attention.ts';

const MOMENT = Date.UTC(2024, 0, 1);

describe('an entry of attention', () => {
  it('names subject, words, since when and what to do', () => {
    const condition = {
      code: 'symbol.halted',
      symbol: marketSymbol('BTC/USDT'),
      sinceMarket: MOMENT,
      inputs: { reason: 'drift' },
    } as const;
    expect(attentionItem(condition, 7)).toEqual({
      code: 'symbol.halted',
      since_market: '2024-01-01T00:00:00.000Z',
      since_wall: null,
      symbol: 'BTC/USDT',
      strategy: null,
      order: null,
      text: 'no entries: drift',
      action: 'look into the reason; then let it trade again',
      command: 'plimsoll resume BTC/USDT',
    });
  });

  it('has the time at which it was first seen when it knows none of its own', () => {
    expect(attentionItem({ code: 'disk.full' }, MOMENT)).toMatchObject({
      since_market: null,
      since_wall: '2024-01-01T00:00:00.000Z',
      command: null,
    });
    const wall = { code: 'queue.behind', sinceWall: MOMENT, inputs: { seconds: 9 } } as const;
    expect(attentionItem(wall, 7).since_wall).toBe('2024-01-01T00:00:00.000Z');
  });

  it('comes in the order of the catalogue', () => {
    const codes: AttentionCode[] = ['key.transfers', 'symbol.stale', 'disk.full'];
    const sorted = codes.map((code) => ({ code })).sort(byImportance);
    expect(sorted.map(({ code }) => code)).toEqual(['disk.full', 'symbol.stale', 'key.transfers']);
  });

  it('is the same one as long as code and subject are', () => {
    const about = { strategy: strategyId('grid'), order: intentId('a-1') };
    const key = conditionKey({ code: 'order.unknown', ...about, inputs: { message: 'a' } });
    expect(conditionKey({ code: 'order.unknown', ...about, inputs: { message: 'b' } })).toBe(key);
    expect(conditionKey({ code: 'order.quarantined', ...about })).not.toBe(key);
  });
});

describe('the catalogue', () => {
  it.each(Object.entries(ATTENTION))('says what, what to do and until when: %s', (code, rule) => {
    expect(code).toMatch(/^[a-z]+\.[a-z_]+$/u);
    for (const text of [rule.text, rule.action, rule.until]) expect(text).not.toMatch(/^$|\.$/u);
    if ('command' in rule) expect(rule.command).toMatch(/^plimsoll /u);
  });
});
