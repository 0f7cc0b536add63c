import { describe, expect, it } from '@jest/globals';
import { dec, divide, roundTo } from '../../../../../src/core/domain/decimal.ts';
import { TREND } from '../../../../../src/core/strategies/trend/kind.ts';
import { StrategyBench, type BenchOptions } from '../../../../builders/strategyContext.ts';

const KEYS = { ema_fast: 2, ema_slow: 4, atr_length: 3, atr_multiple: 2 };

function bench(
  more: Partial<BenchOptions> & { readonly keys?: Readonly<Record<string, unknown>> } = {},
): StrategyBench {
  return new StrategyBench({ kind: TREND, ...more, keys: { ...KEYS, ...more.keys } });
}

/** Falls long enough to be warm with the averages pointing down. */
function fall(b: StrategyBench, bars = 30): void {
  for (let i = 0; i < bars; i += 1) b.bar(1_000 - i + (i % 2));
}

/** Rises until the averages have crossed and the entry is filled. */
function enter(b: StrategyBench): void {
  fall(b);
  for (let i = 0; i < 10 && b.openOrders.length === 0; i += 1) b.bar(b.lastPrice + 6);
  b.match();
}

describe('trend entry', () => {
  it('waits below the slow average and does not read the signal', () => {
    const b = bench();
    fall(b);
    expect(b.lastDecision.code).toBe('TREND_DOWN');
    expect(b.signalReads).toBe(0);
    expect(b.proposals).toEqual([]);
  });

  it('buys for the budget on the bar of the cross up', () => {
    const b = bench();
    enter(b);
    expect(b.proposals).toHaveLength(1);
    expect(b.proposals[0]).toMatchObject({
      purpose: 'entry',
      side: 'buy',
      type: 'market',
      reason: 'TREND_ENTRY',
    });
    expect(b.proposals[0]?.quote?.toString()).toBe('1000');
    expect(b.decisions.map(({ code }) => code)).toContain('TREND_ENTRY');
    const inputs = b.decisions.find(({ code }) => code === 'TREND_ENTRY')?.inputs;
    expect(Number(inputs?.['emaFast'])).toBeGreaterThan(Number(inputs?.['emaSlow']));
  });

  it('does not buy in an up trend it did not see begin', () => {
    const b = bench();
    for (let i = 0; i < 40; i += 1) b.bar(1_000 + i);
    expect(b.lastDecision.code).toBe('TREND_UP');
    expect(b.proposals).toEqual([]);
  });

  it('stays out when the score is below min_score, and says both numbers', () => {
    const b = bench({ score: -0.3, keys: { min_score: -0.2 } });
    enter(b);
    expect(b.proposals).toEqual([]);
    const gated = b.decisions.find(({ code }) => code === 'TREND_GATED');
    expect(gated?.inputs).toMatchObject({ score: -0.3, minScore: -0.2 });
  });

  it('enters when the score is exactly min_score', () => {
    const b = bench({ score: -0.2, keys: { min_score: -0.2 } });
    enter(b);
    expect(b.proposals).toHaveLength(1);
  });

  it('asks once for a refused entry', () => {
    const b = bench();
    b.refusing = true;
    enter(b);
    for (let i = 0; i < 5; i += 1) b.bar(b.lastPrice + 5);
    expect(b.proposals).toHaveLength(1);
    expect(b.decisions.map(({ code }) => code)).toContain('TREND_ENTRY_REFUSED');
  });

  it('places nothing while its entry is still open', () => {
    const b = bench();
    fall(b);
    while (b.openOrders.length === 0) b.bar(b.lastPrice + 6);
    for (const close of [900, 800, 1_000, 1_100]) b.bar(close);
    expect(b.proposals).toHaveLength(1);
    expect(b.lastDecision.code).toBe('TREND_ENTERING');
  });
});

describe('trend exit', () => {
  it('holds above the trailing stop', () => {
    const b = bench();
    enter(b);
    b.bar(b.lastPrice + 2);
    expect(b.lastDecision.code).toBe('TREND_HOLD');
    expect(Number(b.lastDecision.inputs['stop'])).toBeLessThan(b.lastPrice);
  });

  it('never lowers the trailing stop, however wild the bars become', () => {
    const b = bench({ keys: { atr_multiple: 8 } });
    enter(b);
    const stops: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      b.bar(b.lastPrice + 2, { high: b.lastPrice + 3 + i * 4, low: b.lastPrice - i * 4 });
      stops.push(Number(b.lastDecision.inputs['stop']));
    }
    expect(b.lastDecision.code).toBe('TREND_HOLD');
    expect(stops.slice(1).every((stop, i) => stop >= (stops[i] ?? 0))).toBe(true);
  });

  it('sells everything when a bar closes at or under the trailing stop', () => {
    const b = bench({ keys: { ema_fast: 20, ema_slow: 40 } });
    fall(b, 220);
    while (b.openOrders.length === 0) b.bar(b.lastPrice + 6);
    b.match();
    for (let i = 0; i < 5; i += 1) b.bar(b.lastPrice + 6);
    b.bar(b.lastPrice - 40);
    expect(b.lastDecision.code).toBe('TREND_EXIT_STOP');
    expect(b.openOrders[0]?.intent).toMatchObject({
      side: 'sell',
      purpose: 'exit',
      reason: 'TREND_EXIT_STOP',
    });
    b.match();
    b.bar(b.lastPrice);
    expect(b.lastDecision.code).toMatch(/^TREND_(UP|DOWN)$/);
  });

  it('sells when the averages cross down', () => {
    const b = bench({ keys: { atr_multiple: 20 } });
    enter(b);
    for (let i = 0; i < 4 && b.openOrders.length === 0; i += 1) b.bar(b.lastPrice - 4);
    expect(b.lastDecision.code).toBe('TREND_EXIT_CROSS');
  });

  it('asks again with growing pauses for an exit that is refused', () => {
    const b = bench({ keys: { atr_multiple: 20 } });
    enter(b);
    b.refusing = true;
    const before = b.proposals.length;
    for (let i = 0; i < 40; i += 1) b.bar(b.lastPrice - 4);
    const asked = b.proposals.length - before;
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(9);
    b.refusing = false;
    for (let i = 0; i < 40; i += 1) b.bar(b.lastPrice);
    expect(b.openOrders).toHaveLength(1);
  });

  it('asks again when the exchange rejects the exit, and for the rest when it is filled in part', () => {
    const b = bench({ keys: { atr_multiple: 20 } });
    enter(b);
    while (b.openOrders.length === 0) b.bar(b.lastPrice - 4);
    const [first] = b.openOrders;
    if (!first) throw new Error('no exit');
    b.close(first, 'REJECTED');
    for (let i = 0; i < 4; i += 1) b.bar(b.lastPrice);
    const [second] = b.openOrders;
    if (!second) throw new Error('no second exit');
    b.fill(second, divide(second.intent.amount, dec(2), 5, 'half-even'));
    b.close(second, 'EXPIRED');
    b.bar(b.lastPrice);
    expect(b.openOrders[0]?.intent.amount.toString()).toBe(
      roundTo(b.position.amount, 5, 'down').toString(),
    );
  });

  it('forgets the position when it was stopped out', () => {
    const b = bench();
    enter(b);
    b.stop();
    b.bar(b.lastPrice + 1);
    expect(b.lastDecision.code).toMatch(/^TREND_(UP|DOWN)$/);
  });

  it('goes on with what is left when the operator had a part sold', () => {
    const b = bench();
    enter(b);
    b.stop(divide(b.position.amount, dec(2), 5, 'half-even'));
    b.bar(b.lastPrice + 1);
    expect(b.lastDecision.code).toBe('TREND_HOLD');
    while (b.openOrders.length === 0) b.bar(b.lastPrice - 4);
    expect(b.openOrders[0]?.intent.side).toBe('sell');
  });
});

describe('trend memory', () => {
  it('keeps the trailing stop over a restart', () => {
    const b = bench();
    enter(b);
    b.bar(b.lastPrice + 3);
    b.bar(b.lastPrice + 3);
    const stop = b.lastDecision.inputs['stop'];
    b.restart();
    b.bar(b.lastPrice);
    expect(Number(b.lastDecision.inputs['stop'])).toBeGreaterThanOrEqual(Number(stop));
    expect(b.lastDecision.code).toBe('TREND_HOLD');
  });

  it('keeps it also when the bars since the entry are no longer to be had', () => {
    const b = bench();
    enter(b);
    for (let i = 0; i < 3; i += 1) b.bar(b.lastPrice + 3);
    const stop = b.lastDecision.inputs['stop'];
    // Only old, quiet bars to warm up from: nothing in them says where the stop was.
    b.bars.splice(-8);
    b.restart();
    b.now += 60_000;
    b.bar(b.lastPrice);
    expect(Number(b.lastDecision.inputs['stop'])).toBeGreaterThanOrEqual(Number(stop));
  });

  it('counts the bars that went by while it was down', () => {
    const b = bench();
    enter(b);
    const snapshot = b.strategy.snapshot();
    for (let i = 0; i < 4; i += 1) b.bar(b.lastPrice + 3);
    const stop = b.lastDecision.inputs['stop'];
    b.restart(snapshot);
    b.bar(b.lastPrice);
    expect(Number(b.lastDecision.inputs['stop'])).toBeGreaterThanOrEqual(Number(stop));
  });

  it('takes over a position it has no memory of', () => {
    const b = bench();
    enter(b);
    b.strategy = b.kind.create(b.spec);
    for (const bar of b.bars) b.strategy.update(bar);
    b.bar(b.lastPrice + 1);
    expect(b.lastDecision.code).toBe('TREND_HOLD');
    expect(b.lastDecision.inputs['stop']).not.toBeNaN();
  });

  it.each([[{ version: 2 }], [{}], [null], [{ version: 1, trip: {}, stop: 'x' }]])(
    'refuses the foreign snapshot %j',
    (snapshot) => {
      const b = bench();
      expect(() => b.strategy.restore(snapshot as never)).toThrow(/^SNAPSHOT_INVALID: trend: /);
    },
  );
});

describe('trend parameters', () => {
  it('refuses a fast average that is not faster', () => {
    const b = bench();
    const spec = { ...b.spec, params: { ...(b.spec.params as object), ema_fast: 4 } };
    expect(TREND.check(spec as never)).toEqual([
      { path: ['ema_fast'], problem: 'must be below ema_slow (4), is 4' },
    ]);
    expect(TREND.check(b.spec as never)).toEqual([]);
  });
});
