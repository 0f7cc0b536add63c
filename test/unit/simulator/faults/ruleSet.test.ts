/** Which fault rule strikes, and how often. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultRule } from '../../../../src/simulator/faults/ruleSchema.ts';
import { RuleSet } from '../../../../src/simulator/faults/ruleSet.ts';

const HANG: FaultRule['action'] = { type: 'hang' };

function setOf(...rules: FaultRule[]): RuleSet {
  const set = new RuleSet(1);
  set.add(rules);
  return set;
}

describe('a rule', () => {
  it('strikes everything of its kind when it names nothing', () => {
    const set = setOf({ action: HANG });
    expect(set.strike('request', { path: '/x' })).toMatchObject({
      ruleId: 'rule-1',
      phase: 'before',
    });
    expect(set.strike('event', { path: '/x' })).toBeUndefined();
    expect(set.has('event')).toBe(false);
  });

  it('needs every field that it names', () => {
    const match = { method: 'POST', path: '/api/*/order', symbol: 'BTC*' } as const;
    const set = setOf({ match, action: HANG });
    const facts = { method: 'POST', path: '/api/v3/order', symbol: 'BTCUSDT' };
    expect(set.strike('request', facts)).toBeDefined();
    for (const over of [
      { method: 'GET' },
      { path: '/api/v3/orders' },
      { symbol: 'ETHBTC' },
      { symbol: undefined },
    ])
      expect(set.strike('request', { ...facts, ...over })).toBeUndefined();
  });

  it('fits a connection by any of its streams', () => {
    const set = setOf({ match: { stream: '*@depth*' }, action: { type: 'stall', pong: true } });
    const strike = (streams: string[]): unknown => set.strike('connection', { path: '/', streams });
    expect(strike(['a@trade'])).toBeUndefined();
    expect(strike(['a@trade', 'a@depth@100ms'])).toBeDefined();
  });

  it('strikes so often and then gives way to the next', () => {
    const set = setOf({ id: 'a', times: 2, action: HANG }, { id: 'b', action: HANG });
    const struck = [1, 2, 3, 4].map(() => set.strike('request', { path: '/' })?.ruleId);
    expect(struck).toEqual(['a', 'a', 'b', 'b']);
    expect(set.list().map(({ id, hits }) => [id, hits])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(set.hits).toBe(4);
  });

  it('takes text for what it is, but for the star', () => {
    const text = fc.string({ minLength: 1, maxLength: 12 }).filter((word) => !word.includes('*'));
    fc.assert(
      fc.property(text, text, (word, other) => {
        const plain = setOf({ match: { path: word }, action: HANG });
        expect(plain.strike('request', { path: word })).toBeDefined();
        expect(plain.strike('request', { path: other }) !== undefined).toBe(word === other);
        const starred = setOf({ match: { path: `${word}*` }, action: HANG });
        expect(starred.strike('request', { path: word + other })).toBeDefined();
      }),
    );
  });

  it('strikes by chance without shifting the chances of others', () => {
    const draws = (set: RuleSet): boolean[] =>
      Array.from({ length: 50 }, () => set.strike('request', { path: '/mine' })?.ruleId === 'mine');
    const mine = { id: 'mine', match: { path: '/mine' }, probability: 0.5, action: HANG };
    const alone = draws(setOf(mine));
    const other = { id: 'other', match: { path: '/other' }, probability: 0.5, action: HANG };
    const together = setOf(other, mine);
    for (let count = 0; count < 20; count += 1) together.strike('request', { path: '/other' });
    expect(draws(together)).toEqual(alone);
    expect(alone).toEqual(expect.arrayContaining([true, false]));
  });

  it('are told of ids that are taken', () => {
    const set = setOf({ id: 'a', action: HANG });
    const rules = [{ id: 'b' }, { id: 'a' }, {}, { id: 'b' }].map((rule) => ({
      ...rule,
      action: HANG,
    }));
    expect(set.issuesOf(rules).map(({ path, problem }) => [...path, problem.slice(0, 20)])).toEqual(
      [
        [1, 'id', 'rule id "a" is taken'],
        [3, 'id', 'rule id "b" is taken'],
      ],
    );
    expect(set.list().map(({ id }) => id)).toEqual(['a']);
    expect([set.remove('b'), set.remove('a'), set.remove()]).toEqual([0, 1, 0]);
  });

  it('that have no id get one that nobody has', () => {
    const set = setOf({ action: HANG });
    expect(set.add([{ action: HANG }, { id: 'rule-3', action: HANG }, { action: HANG }])).toEqual([
      'rule-2',
      'rule-3',
      'rule-4',
    ]);
  });
});
