import { describe, expect, it } from '@jest/globals';
import { loadSpace } from '../../../../src/adapters/config/spaceFile.ts';
import {
  bareSource,
  misfitsOf,
  strategyWith,
} from '../../../../src/adapters/config/strategyContent.ts';
import { renderProblem } from '../../../../src/adapters/config/problem.ts';

const TREND = {
  ...{ schema_version: 1, id: 'trend-btc', kind: 'trend', symbol: 'BTC/USDT', timeframe: '1h' },
  ...{ budget: '1000 USDT', ema_fast: 10, ema_slow: 30 },
};

function problems(text: string, kind = 'trend'): string {
  const loaded = loadSpace(text, kind);
  return loaded.ok ? '' : loaded.error.map(renderProblem).join('\n');
}

describe('a space', () => {
  it('is written as four kinds of ranges, with units and conditions', () => {
    const loaded = loadSpace(
      `{
        ema_fast: { int: [5, 50], step: 5 },
        atr_multiple: { float: [1, 6] },
        stop_loss: { float: ["1%", "10%"], step: "0.5%" },
        budget: { log: ["10 USDT", "1000 USDT"] },
        min_score: { choice: [-0.5, 0], when: { ema_fast: [5, 10] } },
      }`,
      'trend',
    );
    if (!loaded.ok) throw new Error(loaded.error.map(renderProblem).join('\n'));
    expect(loaded.value.space.parameters).toEqual([
      { name: 'ema_fast', type: 'int', low: 5, high: 50, step: 5, unit: '' },
      { name: 'atr_multiple', type: 'float', low: 1, high: 6, unit: '' },
      { name: 'stop_loss', type: 'float', low: 1, high: 10, step: 0.5, unit: '%' },
      { name: 'budget', type: 'log', low: 10, high: 1000, unit: ' USDT' },
      {
        ...{ name: 'min_score', type: 'choice', values: [-0.5, 0] },
        when: { parameter: 'ema_fast', values: [5, 10] },
      },
    ]);
  });

  it('says beside its parameters what is searched for', () => {
    const text =
      '{ parameters: { ema_fast: { int: [5, 9] } }, objectives: sortino, constraints: [trades>=20] }';
    const loaded = loadSpace(text, 'trend');
    expect(loaded).toMatchObject({
      ok: true,
      value: { objectives: ['sortino'], constraints: ['trades>=20'] },
    });
  });

  it.each([
    ['{ ema_fats: { int: [5, 50] } }', 'did you mean "ema_fast"'],
    ['{ levels: { int: [5, 50] } }', 'a strategy of kind trend has no key levels'],
    ['{ ema_fast: { int: [50, 5] } }', 'low end must be below'],
    ['{ stop_loss: { float: [1, "10%"] } }', 'the same unit'],
    ['{ stop_loss: { float: ["a", "b"] } }', 'is no number'],
    ['{ ema_fast: { int: [5, 50], when: { ema_slow: 3 } } }', 'does not come before it'],
    ['{ ema_fast: { whole: [5, 50] } }', 'ema_fast'],
    ['{ parameters: {} }', '1 to 50'],
    ['nowhere.yaml', 'does not exist'],
  ])('is refused with its place and words: %s', (text, words) => {
    expect(problems(text)).toContain(words);
  });
});

describe('a strategy with keys replaced', () => {
  const source = bareSource('trend.yaml', TREND);

  it('is checked as a file would be', () => {
    const made = strategyWith(source, { ema_fast: 12, stop_loss: '4%' });
    expect(made).toMatchObject({
      ok: true,
      value: { stopLoss: 0.04, params: { ema_fast: 12, ema_slow: 30 } },
    });
    const refused = strategyWith(source, { ema_fast: 30 });
    expect(refused.ok ? '' : refused.error.map(({ problem }) => problem).join()).toContain(
      'must be below ema_slow',
    );
  });

  it('does not take a range beyond what its keys allow, whatever the other keys are', () => {
    const misfits = (text: string): string[] => {
      const loaded = loadSpace(text, 'trend');
      if (!loaded.ok) throw new Error('unreadable');
      const { space, source: at } = loaded.value;
      return misfitsOf(source, space.parameters, at).map(({ path }) => path);
    };
    expect(misfits('{ ema_fast: { int: [5, 400] } }')).toEqual([]);
    expect(misfits('{ ema_fast: { int: [1, 50] }, stop_loss: { float: [1, 5] } }')).toEqual([
      'parameters.ema_fast',
      'parameters.stop_loss',
    ]);
  });
});
