import { describe, expect, it } from '@jest/globals';
import { MEAN_REVERSION } from '../../../../../src/core/strategies/meanReversion/kind.ts';
import { StrategyBench } from '../../../../builders/strategyContext.ts';

const KEYS = {
  bollinger_length: 10,
  rsi_length: 5,
  entry_percent_b: 0.05,
  entry_rsi: 30,
  exit_rsi: 90,
};

function bench(keys: Readonly<Record<string, unknown>> = {}, score = 0): StrategyBench {
  return new StrategyBench({ kind: MEAN_REVERSION, keys: { ...KEYS, ...keys }, score });
}

/** A quiet market, then a sharp fall. */
function dip(b: StrategyBench): void {
  for (let i = 0; i < 40; i += 1) b.bar(1_000 + (i % 2));
  b.bar(990);
}

describe('mean reversion entry', () => {
  it('waits in a quiet market without reading the signal', () => {
    const b = bench();
    for (let i = 0; i < 40; i += 1) b.bar(1_000 + (i % 2));
    expect(b.lastDecision.code).toBe('REVERSION_WAIT');
    expect(b.signalReads).toBe(0);
  });

  it('buys for the budget when %b and RSI are both low', () => {
    const b = bench();
    dip(b);
    expect(b.lastDecision.code).toBe('REVERSION_ENTRY');
    expect(b.lastDecision.inputs).toMatchObject({ entryPercentB: 0.05, entryRsi: 30 });
    expect(b.openOrders[0]?.intent).toMatchObject({
      side: 'buy',
      type: 'market',
      reason: 'REVERSION_ENTRY',
    });
  });

  it('stays out when only the RSI is low', () => {
    const b = bench({ entry_percent_b: -1 });
    dip(b);
    expect(b.lastDecision.code).toBe('REVERSION_WAIT');
  });

  it('stays out when only %b is low', () => {
    const b = bench({ entry_rsi: 1 });
    dip(b);
    expect(b.lastDecision.code).toBe('REVERSION_WAIT');
  });

  it('stays out of a fall that the score calls too deep', () => {
    const b = bench({ min_score: -0.6 }, -0.7);
    dip(b);
    expect(b.lastDecision).toMatchObject({
      code: 'REVERSION_GATED',
      inputs: { score: -0.7, minScore: -0.6 },
    });
    expect(b.proposals).toEqual([]);
  });

  it('waits longer and longer between refused entries', () => {
    const b = bench({ entry_percent_b: 0.5, entry_rsi: 60 });
    b.refusing = true;
    dip(b);
    for (let i = 0; i < 60; i += 1) b.bar(990 - i);
    expect(b.proposals.length).toBeLessThan(9);
    expect(b.lastDecision.code).toBe('REVERSION_ENTRY_REFUSED');
  });
});

describe('mean reversion exit', () => {
  it('sells when %b is back at the middle', () => {
    const b = bench();
    dip(b);
    b.match();
    b.bar(991);
    expect(b.lastDecision.code).toBe('REVERSION_HOLD');
    b.bar(1_004);
    expect(b.lastDecision.code).toBe('REVERSION_EXIT_BAND');
    b.match();
    expect(b.position.amount.lt('0.00001')).toBe(true);
  });

  it('sells when the RSI has recovered', () => {
    const b = bench({ exit_percent_b: 1.5, exit_rsi: 40 });
    dip(b);
    b.match();
    b.bar(1_004);
    expect(b.lastDecision.code).toBe('REVERSION_EXIT_RSI');
  });

  it('sells when the time is up, not a bar earlier, also over a restart', () => {
    const b = bench({ max_hold: '5m', exit_percent_b: 1.5, exit_rsi: 99 });
    dip(b);
    b.match();
    const codes: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      if (i === 2) b.restart();
      codes.push(b.bar(989 - i).code);
    }
    expect(codes).toEqual([...Array<string>(4).fill('REVERSION_HOLD'), 'REVERSION_EXIT_TIME']);
  });

  it('may enter again after the exit', () => {
    const b = bench();
    dip(b);
    b.match();
    b.bar(1_004);
    b.match();
    for (let i = 0; i < 30; i += 1) b.bar(1_000 + (i % 2));
    b.bar(985);
    expect(b.lastDecision.code).toBe('REVERSION_ENTRY');
    expect(b.refusals).toEqual([]);
  });
});

describe('the budget', () => {
  it('is never exceeded by what earlier rounds left behind, less than a lot', () => {
    const b = bench();
    for (let round = 0; round < 12; round += 1) {
      for (let i = 0; i < 40; i += 1) b.bar(1_000 + round * 1.37 + (i % 2));
      b.bar(985 + round * 1.13);
      b.match();
      b.bar(1_010 + round);
      b.match();
    }
    expect(b.orders.filter(({ intent }) => intent.side === 'buy').length).toBeGreaterThan(9);
    expect(b.refusals).toEqual([]);
  });
});

describe('mean reversion parameters', () => {
  it('refuses an exit at or below the entry', () => {
    const b = bench({ entry_percent_b: 0.5, exit_percent_b: 0.5, entry_rsi: 50, exit_rsi: 45 });
    expect(MEAN_REVERSION.check(b.spec as never).map(({ path }) => path)).toEqual([
      ['exit_percent_b'],
      ['exit_rsi'],
    ]);
  });
});
