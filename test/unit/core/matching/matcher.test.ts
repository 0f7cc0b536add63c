import { describe, expect, it } from '@jest/globals';
import { dec, toText, ZERO, type Decimal } from '../../../../src/core/domain/decimal.ts';
import type { Bar } from '../../../../src/core/domain/market.ts';
import {
  Matcher,
  type FillModel,
  type WaitingOrder,
} from '../../../../src/core/matching/matcher.ts';
import { anInstrument, T0 } from '../../../builders/orders.ts';

interface NamedOrder extends WaitingOrder {
  readonly name: string;
}

const MINUTE = 60_000;

/** The n-th minute after T0. */
function bar(
  n: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume = 10,
): Bar {
  return { openTime: T0 + n * MINUTE, open, high, low, close, volume };
}

function order(name: string, price?: string, changes: Partial<NamedOrder> = {}): NamedOrder {
  return {
    name,
    side: 'buy',
    type: price === undefined ? 'market' : 'limit',
    ...(price !== undefined && { price: dec(price) }),
    remaining: dec('1'),
    placedAt: T0,
    ...changes,
  };
}

/** A matcher that writes down what it does, one line per event. */
function setUp(changes: Partial<FillModel> = {}, affordable?: Decimal) {
  const log: string[] = [];
  const after = (at: number): string => `+${at - T0}`;
  const matcher = new Matcher<NamedOrder>(
    anInstrument(),
    { slippage: 0, quoteMaxAgeMs: 1_000, ...changes },
    {
      affordable: (_order, _price, amount) => affordable ?? amount,
      executed: ({ order: { name }, price, amount, liquidity, at }) =>
        log.push(`${name} ${toText(amount)} at ${toText(price)} ${liquidity} ${after(at)}`),
      ended: ({ name }, reason, at) => log.push(`${name} ${reason} ${after(at)}`),
    },
  );
  const showBar = (one: Bar): void => matcher.onBar(one, one.openTime + MINUTE);
  return { matcher, log, showBar };
}

/** The same, with these orders waiting that have already rested. */
function setUpResting(orders: readonly NamedOrder[], changes: Partial<FillModel> = {}) {
  const all = setUp(changes);
  for (const one of orders) all.matcher.restore(one);
  return all;
}

describe('market orders', () => {
  it('fill at the next bar’s open, at that moment, as taker', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('m'));
    showBar(bar(1, [101, 105, 99, 104]));
    expect(log).toEqual(['m 1 at 101 taker +60000']);
    expect(matcher.size).toBe(0);
  });

  it('pay slippage, rounded to a tick against the order', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.00011 });
    matcher.add(order('buy'));
    matcher.add(order('sell', undefined, { side: 'sell' }));
    showBar(bar(1, [100, 101, 99, 100]));
    expect(log).toEqual(['buy 1 at 100.02 taker +60000', 'sell 1 at 99.98 taker +60000']);
  });

  it('do not see a bar that opened before they were placed', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('m', undefined, { placedAt: T0 + MINUTE + 1 }));
    showBar(bar(1, [101, 105, 99, 104]));
    expect(log).toEqual([]);
    showBar(bar(2, [102, 105, 99, 104]));
    expect(log).toEqual(['m 1 at 102 taker +120000']);
  });

  it('take ask and bid of the next quote', () => {
    const { matcher, log } = setUp();
    matcher.add(order('buy'));
    matcher.add(order('sell', undefined, { side: 'sell' }));
    matcher.onQuote({ bid: 99, ask: 101, bidSize: 1, askSize: 1, at: T0 + 5 });
    expect(log).toEqual(['buy 1 at 101 taker +5', 'sell 1 at 99 taker +5']);
  });

  it('take a fresh quote when they are placed, and wait when it is old', () => {
    const { matcher, log } = setUp({ quoteMaxAgeMs: 1_000 });
    matcher.onQuote({ bid: 99, ask: 101, bidSize: 1, askSize: 1, at: T0 });
    matcher.add(order('fresh', undefined, { placedAt: T0 + 1_000 }));
    matcher.add(order('late', undefined, { placedAt: T0 + 1_001 }));
    expect(log).toEqual(['fresh 1 at 101 taker +1000']);
    matcher.onTrade(102, 1, T0 + 2_000);
    expect(log.slice(1)).toEqual(['late 1 at 102 taker +2000']);
  });

  it('get what can be paid, and end there', () => {
    const { matcher, log, showBar } = setUp({}, dec('0.4'));
    matcher.add(order('m'));
    showBar(bar(1, [100, 101, 99, 100]));
    expect(log).toEqual(['m 0.4 at 100 taker +60000', 'm unaffordable +60000']);
    expect(matcher.size).toBe(0);
  });

  it('end unfilled when nothing can be paid', () => {
    const { matcher, log, showBar } = setUp({}, ZERO);
    matcher.add(order('m'));
    showBar(bar(1, [100, 101, 99, 100]));
    expect(log).toEqual(['m unaffordable +60000']);
  });

  it.each([Number.NaN, 0, -1])('wait when the price is %d', (open) => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('m'));
    showBar(bar(1, [open, 101, 99, 100]));
    expect(log).toEqual([]);
    expect(matcher.size).toBe(1);
  });
});

describe('limit orders against bars', () => {
  it('do not fill at a touch, and fill at their price when the bar trades through it', () => {
    const { log, showBar } = setUpResting([order('b', '95'), order('s', '105', { side: 'sell' })]);
    showBar(bar(1, [100, 105, 95, 100]));
    expect(log).toEqual([]);
    showBar(bar(2, [100, 105.01, 94.99, 100]));
    expect(log).toEqual(['b 1 at 95 maker +180000', 's 1 at 105 maker +180000']);
  });

  it('do not fill at a touch in their first bar either, open and extreme alike', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('at the open', '100'));
    matcher.add(order('at the low', '95'));
    matcher.add(order('at the high', '105', { side: 'sell' }));
    showBar(bar(1, [100, 105, 100, 102]));
    showBar(bar(2, [100, 105, 100, 102]));
    expect(log).toEqual([]);
    matcher.add(order('market'));
    showBar(bar(3, [100, 105, 100, 102]));
    expect(log).toEqual(['market 1 at 100 taker +180000']);
  });

  it('fill at their price, not at the open, when a later bar opens beyond them', () => {
    const { log, showBar } = setUpResting([order('b', '95')]);
    showBar(bar(1, [90, 91, 89, 90]));
    expect(log).toEqual(['b 1 at 95 maker +120000']);
  });

  it('take the first bar’s open when it is better: they were marketable', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.001 });
    matcher.add(order('b', '101'));
    matcher.add(order('s', '99', { side: 'sell' }));
    showBar(bar(1, [100, 100, 100, 100]));
    expect(log).toEqual(['b 1 at 100.1 taker +60000', 's 1 at 99.9 taker +60000']);
  });

  it('never pay more than their limit, whatever the slippage', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.5 });
    matcher.add(order('b', '101'));
    showBar(bar(1, [100, 100, 100, 100]));
    expect(log).toEqual(['b 1 at 101 taker +60000']);
  });

  it('may be filled as maker within their first bar', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('b', '95'));
    showBar(bar(1, [100, 101, 94, 100]));
    expect(log).toEqual(['b 1 at 95 maker +120000']);
  });

  it('end when they are post-only and would take', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('b', '101', { type: 'limit_maker' }));
    showBar(bar(1, [100, 101, 99, 100]));
    expect(log).toEqual(['b wouldTake +60000']);
    expect(matcher.size).toBe(0);
  });

  it('fill in the order in which the bar is assumed to have visited them', () => {
    const orders = () => [
      order('far buy', '94'),
      order('near buy', '96'),
      order('sell', '104', { side: 'sell' }),
      order('far sell', '106', { side: 'sell' }),
    ];
    const names = (log: readonly string[]): string[] =>
      log.map((line) => line.replace(/ 1 at.*/u, ''));
    const rising = setUpResting(orders());
    rising.showBar(bar(1, [100, 110, 90, 101]));
    expect(names(rising.log)).toEqual(['near buy', 'far buy', 'sell', 'far sell']);
    const falling = setUpResting(orders());
    falling.showBar(bar(1, [100, 110, 90, 99]));
    expect(names(falling.log)).toEqual(['sell', 'far sell', 'near buy', 'far buy']);
  });

  it('take out an order that was cancelled by what an earlier fill caused', () => {
    const log: string[] = [];
    const second = order('second', '94');
    const matcher: Matcher<NamedOrder> = new Matcher<NamedOrder>(
      anInstrument(),
      { slippage: 0, quoteMaxAgeMs: 0 },
      {
        affordable: (_order, _price, amount) => amount,
        executed: ({ order: { name } }) => {
          log.push(name);
          matcher.remove(second);
        },
        ended: () => undefined,
      },
    );
    matcher.restore(order('first', '95'));
    matcher.restore(second);
    matcher.onBar(bar(1, [100, 100, 90, 91]), T0 + 2 * MINUTE);
    expect(log).toEqual(['first']);
  });
});

describe('limit orders against trades and quotes', () => {
  it('fill when a trade goes through, not at a touch', () => {
    const { matcher, log } = setUpResting([order('b', '95')]);
    matcher.onTrade(95, 1, T0 + 1);
    matcher.onTrade(94.99, 0.001, T0 + 2);
    expect(log).toEqual(['b 1 at 95 maker +2']);
  });

  it('do not see trades from before they were placed', () => {
    const { matcher, log } = setUpResting([order('b', '95', { placedAt: T0 + 10 })]);
    matcher.onTrade(90, 1, T0 + 9);
    expect(log).toEqual([]);
  });

  it('take a standing quote at an equal price when they are placed', () => {
    const { matcher, log } = setUp();
    matcher.onQuote({ bid: 99, ask: 101, bidSize: 1, askSize: 1, at: T0 });
    matcher.add(order('b', '101'));
    matcher.add(order('s', '99', { side: 'sell' }));
    matcher.add(order('rests', '100.99'));
    expect(log).toEqual(['b 1 at 101 taker +0', 's 1 at 99 taker +0']);
    expect(matcher.size).toBe(1);
  });

  it('fill as maker when the opposite quote comes through, not when it only reaches them', () => {
    const { matcher, log } = setUpResting([order('b', '95')]);
    matcher.onQuote({ bid: 94, ask: 95, bidSize: 1, askSize: 1, at: T0 + 1 });
    matcher.onQuote({ bid: 93, ask: 94.99, bidSize: 1, askSize: 1, at: T0 + 2 });
    expect(log).toEqual(['b 1 at 95 maker +2']);
  });

  it.each([
    ['crossed', 101, 99],
    ['empty', 0, 0],
    ['NaN', Number.NaN, 100],
  ])('ignore a quote that is %s', (_name, bid, ask) => {
    const { matcher, log } = setUp();
    matcher.add(order('m'));
    matcher.onQuote({ bid, ask, bidSize: 1, askSize: 1, at: T0 });
    matcher.add(order('n'));
    expect(log).toEqual([]);
  });
});

describe('stops', () => {
  const stop = (trigger: string, changes: Partial<NamedOrder> = {}): NamedOrder =>
    order('stop', undefined, { side: 'sell', type: 'stop', trigger: dec(trigger), ...changes });

  it('wait while the market trades above the trigger', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(stop('95'));
    showBar(bar(1, [100, 105, 95.01, 96]));
    matcher.onTrade(95.01, 1, T0 + 3 * MINUTE);
    expect([log, matcher.size]).toEqual([[], 1]);
  });

  it('sell at the trigger, moved by the slippage, when a bar touches it', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.01 });
    matcher.add(stop('95'));
    showBar(bar(1, [100, 105, 95, 96]));
    expect(log).toEqual(['stop 1 at 94.05 taker +120000']);
  });

  it('sell at the open of a bar that opens below, and at a trade that jumps over it', () => {
    const gap = setUp();
    gap.matcher.add(stop('95'));
    gap.showBar(bar(1, [90, 97, 89, 96]));
    expect(gap.log).toEqual(['stop 1 at 90 taker +60000']);
    const jump = setUp();
    jump.matcher.add(stop('95'));
    jump.matcher.onTrade(93, 5, T0 + 1);
    expect(jump.log).toEqual(['stop 1 at 93 taker +1']);
  });

  it('are triggered by no quote and no price from before they were placed', () => {
    const { matcher, log } = setUp();
    matcher.add(stop('95', { placedAt: T0 + 10 }));
    matcher.onQuote({ bid: 90, ask: 91, bidSize: 9, askSize: 9, at: T0 + 11 });
    matcher.onTrade(90, 1, T0 + 9);
    expect(log).toEqual([]);
  });

  it('go on as market orders once triggered, also after a restart', () => {
    const { matcher, log, showBar } = setUp({ participation: 0.5 });
    matcher.add(stop('95'));
    showBar(bar(1, [96, 96, 94, 95.5], 1));
    showBar(bar(2, [99, 99, 98, 98], 1));
    expect(log).toEqual(['stop 0.5 at 95 taker +120000', 'stop 0.5 at 99 taker +120000']);
    const later = setUp();
    later.matcher.restore(stop('95', { remaining: dec('0.5') }), true);
    later.showBar(bar(3, [99, 99, 98, 98]));
    expect(later.log).toEqual(['stop 0.5 at 99 taker +180000']);
  });
});

describe('participation', () => {
  it('fills at most its share of a bar’s volume per side, in lots, better prices first', () => {
    const { log, showBar, matcher } = setUpResting(
      [order('far', '94'), order('near', '95'), order('s', '105', { side: 'sell' })],
      { participation: 0.1 },
    );
    showBar(bar(1, [100, 106, 90, 100], 12.3456));
    expect(log).toEqual([
      'near 1 at 95 maker +120000',
      'far 0.234 at 94 maker +120000',
      's 1 at 105 maker +120000',
    ]);
    expect(matcher.size).toBe(1);
    showBar(bar(2, [100, 100, 90, 100], 100));
    expect(log.slice(3)).toEqual(['far 0.766 at 94 maker +180000']);
  });

  it('lets a market order wait for the rest', () => {
    const { matcher, log, showBar } = setUp({ participation: 0.5 });
    matcher.add(order('m'));
    showBar(bar(1, [100, 101, 99, 100], 1));
    showBar(bar(2, [102, 103, 99, 100], 1));
    expect(log).toEqual(['m 0.5 at 100 taker +60000', 'm 0.5 at 102 taker +120000']);
  });

  it('fills nothing in a bar without volume', () => {
    const { matcher, log, showBar } = setUp({ participation: 0.5 });
    matcher.add(order('m'));
    showBar(bar(1, [100, 101, 99, 100], 0));
    expect(log).toEqual([]);
    expect(matcher.size).toBe(1);
  });
});

describe('remove', () => {
  it('takes an order out once', () => {
    const { matcher, log, showBar } = setUp();
    const one = order('b', '95');
    matcher.add(one);
    expect([matcher.remove(one), matcher.remove(one)]).toEqual([true, false]);
    showBar(bar(1, [100, 101, 90, 100]));
    expect(log).toEqual([]);
  });
});
