import { describe, expect, it } from '@jest/globals';
import { dec, toText, ZERO, type Decimal } from '../../../../src/core/domain/decimal.ts';
import type { Bar } from '../../../../src/core/domain/market.ts';
import { Matcher } from '../../../../src/core/matching/matcher.ts';
import type { FillModel } from '../../../../src/core/matching/model.ts';
import type { WaitingOrder } from '../../../../src/core/matching/waiting.ts';
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
    owner: 'me',
    isGuard: false,
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
    { slippage: 0, touch: 'through', quoteMaxAgeMs: 1_000, ...changes },
    {
      affordable: (_order, _price, amount) => affordable ?? amount,
      triggered: () => undefined,
      executed: ({ order: { name }, price, amount, liquidity, at }) =>
        log.push(`${name} ${toText(amount)} at ${toText(price)} ${liquidity} ${after(at)}`),
      ended: ({ name }, reason, at) => log.push(`${name} ${reason} ${after(at)}`),
    },
  );
  const showBar = (one: Bar): void => {
    show(matcher, one);
  };
  const trade = (price: number, amount: number, at: number, side?: 'buy' | 'sell'): void => {
    matcher.onTrade({ price, amount, side, at });
  };
  return { matcher, log, showBar, trade };
}

function show(matcher: Matcher<NamedOrder>, one: Bar): void {
  matcher.beginBar(one, one.openTime + MINUTE);
  while (matcher.nextMoment([])) matcher.happen();
  matcher.endBar();
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

  it('do not see a bar that opened before they arrived', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('m', undefined, { placedAt: T0 + MINUTE + 1 }));
    showBar(bar(1, [101, 105, 99, 104]));
    expect(log).toEqual([]);
    showBar(bar(2, [102, 105, 99, 104]));
    expect(log).toEqual(['m 1 at 102 taker +120000']);
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

  it('fill at a touch when the settings say so, an open exactly there included', () => {
    const orders = [order('b', '95'), order('s', '105', { side: 'sell' }), order('o', '100')];
    const { log, showBar } = setUpResting(orders, { touch: 'fills' });
    showBar(bar(1, [100, 105, 95, 100]));
    expect(log).toEqual([
      'o 1 at 100 maker +120000',
      'b 1 at 95 maker +120000',
      's 1 at 105 maker +120000',
    ]);
  });

  it('take the first bar’s open when it is at their price or better: they were marketable', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.001 });
    matcher.add(order('b', '101'));
    matcher.add(order('s', '99', { side: 'sell' }));
    matcher.add(order('at it', '100'));
    showBar(bar(1, [100, 100, 100, 100]));
    expect(log).toEqual([
      'b 1 at 100.1 taker +60000',
      's 1 at 99.9 taker +60000',
      'at it 1 at 100 taker +60000',
    ]);
  });

  it('fill at their price, not at the open, when a later bar opens beyond them', () => {
    const { log, showBar } = setUpResting([order('b', '95')]);
    showBar(bar(1, [90, 91, 89, 90]));
    expect(log).toEqual(['b 1 at 95 maker +120000']);
  });

  it('have rested once they have seen an open, even if nothing came of it', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('b', '95'));
    showBar(bar(1, [100, 101, 99, 100]));
    showBar(bar(2, [90, 91, 89, 90]));
    expect(log).toEqual(['b 1 at 95 maker +180000']);
  });

  it('end when they are post-only and would take', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(order('b', '101', { type: 'limit_maker' }));
    showBar(bar(1, [100, 101, 99, 100]));
    expect(log).toEqual(['b wouldTake +60000']);
    expect(matcher.size).toBe(0);
  });

  it('fill on the side of the nearer extreme first, the nearest price first; equally near: buys first', () => {
    const orders = () => [
      order('far buy', '94'),
      order('near buy', '96'),
      order('sell', '104', { side: 'sell' }),
      order('far sell', '106', { side: 'sell' }),
    ];
    const names = (bounds: readonly [number, number, number, number]): string[] => {
      const { log, showBar } = setUpResting(orders());
      showBar(bar(1, bounds));
      return log.map((line) => line.replace(/ 1 at.*/u, ''));
    };
    const lowFirst = ['near buy', 'far buy', 'sell', 'far sell'];
    expect(names([100, 111, 90, 101])).toEqual(lowFirst);
    expect(names([100, 110, 90, 101])).toEqual(lowFirst);
    expect(names([100, 109, 90, 101])).toEqual(['sell', 'far sell', 'near buy', 'far buy']);
  });

  it('take out an order that was cancelled by what an earlier fill caused', () => {
    const log: string[] = [];
    const second = order('second', '94');
    const matcher: Matcher<NamedOrder> = new Matcher<NamedOrder>(
      anInstrument(),
      { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
      {
        affordable: (_order, _price, amount) => amount,
        triggered: () => undefined,
        executed: ({ order: { name } }) => {
          log.push(name);
          matcher.remove(second);
        },
        ended: () => undefined,
      },
    );
    matcher.restore(order('first', '95'));
    matcher.restore(second);
    show(matcher, bar(1, [100, 100, 90, 91]));
    expect(log).toEqual(['first']);
  });
});

describe('stops', () => {
  const stop = (trigger: string, changes: Partial<NamedOrder> = {}): NamedOrder =>
    order('stop', undefined, { side: 'sell', type: 'stop', trigger: dec(trigger), ...changes });

  it('wait while the market trades above the trigger', () => {
    const { matcher, log, showBar, trade } = setUp();
    matcher.add(stop('95'));
    showBar(bar(1, [100, 105, 95.01, 96]));
    trade(95.01, 1, T0 + 3 * MINUTE);
    expect([log, matcher.size]).toEqual([[], 1]);
  });

  it('sell at the trigger, moved by the slippage, when a bar touches it', () => {
    const { matcher, log, showBar } = setUp({ slippage: 0.01 });
    matcher.add(stop('95'));
    showBar(bar(1, [100, 105, 95, 96]));
    expect(log).toEqual(['stop 1 at 94.05 taker +120000']);
  });

  it('sell at the open of a bar that opens below', () => {
    const { matcher, log, showBar } = setUp();
    matcher.add(stop('95'));
    showBar(bar(1, [90, 97, 89, 96]));
    expect(log).toEqual(['stop 1 at 90 taker +60000']);
  });

  it('go on as market orders once triggered, also after a restart', () => {
    const { matcher, log, showBar } = setUp({ maxShare: 0.5 });
    matcher.add(stop('95'));
    showBar(bar(1, [96, 96, 94, 95.5], 1));
    showBar(bar(2, [99, 99, 98, 98], 1));
    expect(log).toEqual(['stop 0.5 at 95 taker +120000', 'stop 0.5 at 99 taker +120000']);
    const later = setUp();
    later.matcher.restore(stop('95', { remaining: dec('0.5') }), true);
    later.showBar(bar(3, [99, 99, 98, 98]));
    expect(later.log).toEqual(['stop 0.5 at 99 taker +180000']);
  });

  it('are triggered in a bar whose volume is used up, and sell at the next open', () => {
    const { matcher, log, showBar } = setUp({ maxShare: 0.1 });
    matcher.add(order('first'));
    matcher.add(stop('95'));
    showBar(bar(1, [100, 100, 94, 99], 10));
    showBar(bar(2, [97, 97, 97, 97], 10));
    expect(log).toEqual(['first 1 at 100 taker +60000', 'stop 1 at 97 taker +120000']);
  });
});

describe('the share of a bar’s volume', () => {
  it('is one for all orders together, in lots, in the order in which they fill', () => {
    const { log, showBar, matcher } = setUpResting(
      [order('far', '94'), order('near', '95'), order('s', '105', { side: 'sell' })],
      { maxShare: 0.1 },
    );
    showBar(bar(1, [100, 111, 90, 100], 12.3456));
    expect(log).toEqual(['near 1 at 95 maker +120000', 'far 0.234 at 94 maker +120000']);
    expect(matcher.size).toBe(2);
    showBar(bar(2, [100, 100, 90, 100], 100));
    expect(log.slice(2)).toEqual(['far 0.766 at 94 maker +180000']);
  });

  it('lets a market order wait for the rest', () => {
    const { matcher, log, showBar } = setUp({ maxShare: 0.5 });
    matcher.add(order('m'));
    showBar(bar(1, [100, 101, 99, 100], 1));
    showBar(bar(2, [102, 103, 99, 100], 1));
    expect(log).toEqual(['m 0.5 at 100 taker +60000', 'm 0.5 at 102 taker +120000']);
  });

  it('fills nothing in a bar without volume, unless no volume is known at all', () => {
    const known = setUp({ maxShare: 0.5 });
    known.matcher.add(order('m'));
    known.showBar(bar(1, [100, 101, 99, 100], 0));
    expect([known.log, known.matcher.size]).toEqual([[], 1]);
    const unknown = setUp();
    unknown.matcher.add(order('m'));
    unknown.showBar(bar(1, [100, 101, 99, 100], 0));
    expect(unknown.log).toEqual(['m 1 at 100 taker +60000']);
  });
});

describe('a bar', () => {
  it('is not gone through without end, whatever its fills lead to', () => {
    let placed = 0;
    const matcher: Matcher<NamedOrder> = new Matcher<NamedOrder>(
      anInstrument(),
      { slippage: 0, touch: 'through', quoteMaxAgeMs: 0 },
      {
        affordable: (_order, _price, amount) => amount,
        triggered: () => undefined,
        executed: () => {
          placed += 1;
          matcher.add(order(`m${placed}`));
        },
        ended: () => undefined,
      },
    );
    matcher.add(order('m'));
    show(matcher, bar(1, [100, 101, 99, 100]));
    expect(placed).toBeGreaterThan(1_000);
    expect(matcher.size).toBe(1);
  });

  it('leaves its close as the last price', () => {
    const { matcher, showBar } = setUp();
    expect(matcher.price).toBeNaN();
    showBar(bar(1, [100, 101, 99, 100.5]));
    expect(matcher.price).toBe(100.5);
    const traded = setUp();
    traded.trade(99, 1, T0);
    expect(traded.matcher.price).toBe(99);
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
