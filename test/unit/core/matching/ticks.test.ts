import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { Matcher } from '../../../../src/core/matching/matcher.ts';
import type { FillModel } from '../../../../src/core/matching/model.ts';
import type { WaitingOrder } from '../../../../src/core/matching/waiting.ts';
import { anInstrument, T0 } from '../../../builders/orders.ts';

interface NamedOrder extends WaitingOrder {
  readonly name: string;
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

const sell = (name: string, price?: string, changes: Partial<NamedOrder> = {}): NamedOrder =>
  order(name, price, { side: 'sell', ...changes });

/** A market of trades and quotes that writes down what it fills, one line per event. Times are milliseconds after T0. */
function setUp(changes: Partial<FillModel> = {}) {
  const log: string[] = [];
  const matcher = new Matcher<NamedOrder>(
    anInstrument(),
    { slippage: 0, touch: 'through', quoteMaxAgeMs: 1_000, ...changes },
    {
      affordable: (_order, _price, amount) => amount,
      triggered: ({ name }, at) => log.push(`${name} triggered +${at - T0}`),
      executed: ({ order: { name }, price, amount, liquidity, at }) =>
        log.push(`${name} ${toText(amount)} at ${toText(price)} ${liquidity} +${at - T0}`),
      ended: ({ name }, reason, at) => log.push(`${name} ${reason} +${at - T0}`),
    },
  );
  return {
    matcher,
    log,
    quote: (bid: number, ask: number, at: number, [bidSize, askSize] = [1, 1]): void =>
      matcher.onQuote({ bid, ask, bidSize, askSize, at: T0 + at }),
    trade: (price: number, amount: number, at: number, side?: 'buy' | 'sell'): void =>
      matcher.onTrade({ price, amount, side, at: T0 + at }),
  };
}

describe('market orders', () => {
  it('take the opposite quote as far as its size goes, without slippage, and the rest worse', () => {
    const { matcher, log, quote } = setUp({ slippage: 0.01 });
    quote(99, 101, 0, [0.4, 0.6]);
    matcher.add(order('buy'));
    matcher.add(sell('sell'));
    expect(log).toEqual([
      'buy 0.6 at 101 taker +0',
      'buy 0.4 at 102.01 taker +0',
      'sell 0.4 at 99 taker +0',
      'sell 0.6 at 98.01 taker +0',
    ]);
  });

  it('do not take the same size twice', () => {
    const { matcher, log, quote } = setUp({ slippage: 0.01 });
    quote(99, 101, 0);
    matcher.add(order('first', undefined, { remaining: dec('0.7') }));
    matcher.add(order('second', undefined, { remaining: dec('0.7') }));
    expect(log).toEqual([
      'first 0.7 at 101 taker +0',
      'second 0.3 at 101 taker +0',
      'second 0.4 at 102.01 taker +0',
    ]);
  });

  it('take the quote worse by the slippage when its size is not known', () => {
    const { matcher, log, quote } = setUp({ slippage: 0.01 });
    quote(99, 101, 0, [0, 0]);
    matcher.add(order('buy'));
    expect(log).toEqual(['buy 1 at 102.01 taker +0']);
  });

  it('pay beyond the size what the last trade cost, when that is newer and worse', () => {
    const { matcher, log, quote, trade } = setUp({ slippage: 0.01 });
    quote(99, 101, 0, [1, 0.5]);
    trade(103, 1, 1);
    matcher.add(order('buy', undefined, { placedAt: T0 + 2 }));
    expect(log).toEqual(['buy 0.5 at 101 taker +2', 'buy 0.5 at 104.03 taker +2']);
  });

  it('wait while the quote is old, and take the next one or the next trade, worse by the slippage', () => {
    const { matcher, log, quote, trade } = setUp({ slippage: 0.01 });
    quote(99, 101, 0);
    matcher.add(order('fresh', undefined, { placedAt: T0 + 1_000 }));
    matcher.add(order('late', undefined, { placedAt: T0 + 1_001 }));
    expect(log).toEqual(['fresh 1 at 101 taker +1000']);
    trade(102, 0.01, 2_000);
    expect(log.slice(1)).toEqual(['late 1 at 103.02 taker +2000']);
  });

  it('do not see a trade or a quote from before they arrive', () => {
    const { matcher, log, quote, trade } = setUp();
    matcher.add(order('m', undefined, { placedAt: T0 + 10 }));
    trade(100, 1, 9);
    quote(99, 101, 9);
    expect(log).toEqual([]);
    quote(99, 101, 10);
    expect(log).toEqual(['m 1 at 101 taker +10']);
  });
});

describe('limit orders that arrive', () => {
  it('take the size of a quote at their price or better, and rest with what is left', () => {
    const { matcher, log, quote, trade } = setUp({ slippage: 0.01 });
    quote(99, 101, 0, [1, 0.4]);
    matcher.add(order('b', '101'));
    expect(log).toEqual(['b 0.4 at 101 taker +0']);
    trade(100.99, 5, 1);
    expect(log.slice(1)).toEqual(['b 0.6 at 101 maker +1']);
  });

  it('pay no more than their price where the size is not known', () => {
    const { matcher, log, quote } = setUp({ slippage: 0.5 });
    quote(99, 100, 0, [0, 0]);
    matcher.add(order('b', '101'));
    expect(log).toEqual(['b 1 at 101 taker +0']);
  });

  it('end when they are post-only and the quote is at their price', () => {
    const { matcher, log, quote } = setUp();
    quote(99, 101, 0);
    matcher.add(order('b', '101', { type: 'limit_maker' }));
    matcher.add(order('rests', '100.99', { type: 'limit_maker' }));
    expect(log).toEqual(['b wouldTake +0']);
    expect(matcher.size).toBe(1);
  });

  it('take the first trade they see when it is better than their price; an equal one is no offer', () => {
    const { matcher, log, trade } = setUp();
    matcher.add(order('better', '101'));
    matcher.add(order('equal', '100'));
    trade(100, 1, 1);
    expect(log).toEqual(['better 1 at 100 taker +1']);
  });
});

describe('limit orders that rest', () => {
  it('fill at their price when a trade prints through it, for no more than the print', () => {
    const { matcher, log, trade } = setUp();
    matcher.restore(order('b', '95'));
    trade(95, 5, 1);
    trade(94.99, 0.3, 2);
    trade(94.99, 5, 3);
    expect(log).toEqual(['b 0.3 at 95 maker +2', 'b 0.7 at 95 maker +3']);
  });

  it('share one print, the better price first', () => {
    const { matcher, log, trade } = setUp();
    matcher.restore(order('low', '94'));
    matcher.restore(order('high', '95'));
    trade(93, 1.5, 1);
    expect(log).toEqual(['high 1 at 95 maker +1', 'low 0.5 at 94 maker +1']);
  });

  it('fill at a touch only with that setting, or when what stood before them has traded', () => {
    const touched = setUp({ touch: 'fills' });
    touched.matcher.restore(order('b', '95'));
    touched.trade(95, 0.3, 1);
    expect(touched.log).toEqual(['b 0.3 at 95 maker +1']);
    const queued = setUp();
    queued.quote(95, 96, 0, [2, 1]);
    queued.matcher.add(order('b', '95'));
    queued.trade(95, 1.5, 1, 'sell');
    queued.trade(95, 1, 2, 'buy');
    queued.trade(95, 0.9, 3, 'sell');
    queued.trade(95, 9, 4, 'sell');
    expect(queued.log).toEqual(['b 0.4 at 95 maker +3', 'b 0.6 at 95 maker +4']);
  });

  it('have nothing before them when they are better than the best quote', () => {
    const { matcher, log, quote, trade } = setUp();
    quote(95, 97, 0);
    matcher.add(order('b', '96'));
    matcher.add(sell('s', '96.5'));
    trade(96, 0.2, 1, 'sell');
    trade(96.5, 0.2, 2, 'buy');
    expect(log).toEqual(['b 0.2 at 96 maker +1', 's 0.2 at 96.5 maker +2']);
  });

  it('do not know what is before them deep in the book, until their price is the best', () => {
    const { matcher, log, quote, trade } = setUp();
    quote(95, 97, 0);
    matcher.add(order('b', '94'));
    trade(94, 50, 1, 'sell');
    expect(log).toEqual([]);
    quote(94, 97, 2, [3, 1]);
    trade(94, 3.5, 3, 'sell');
    expect(log).toEqual(['b 0.5 at 94 maker +3']);
  });

  it('move up when less is shown at their price than was before them', () => {
    const { matcher, log, quote, trade } = setUp();
    quote(95, 97, 0, [5, 1]);
    matcher.add(order('b', '95'));
    quote(95, 97, 1, [2, 1]);
    trade(95, 2.5, 2, 'sell');
    expect(log).toEqual(['b 0.5 at 95 maker +2']);
  });

  it('are not filled by quotes alone', () => {
    const { matcher, log, quote } = setUp();
    matcher.restore(order('b', '95'));
    quote(93, 94, 1);
    expect(log).toEqual([]);
  });
});

describe('stops', () => {
  const stop = (trigger: string, changes: Partial<NamedOrder> = {}): NamedOrder =>
    sell('stop', undefined, { type: 'stop', trigger: dec(trigger), ...changes });

  it('are triggered by a trade at their price and sell at the bid, and never better than their price', () => {
    const { matcher, log, quote, trade } = setUp();
    matcher.add(stop('95'));
    quote(94, 96, 0);
    trade(95, 1, 1);
    expect(log).toEqual(['stop triggered +1', 'stop 1 at 94 taker +1']);
    const above = setUp();
    above.matcher.add(stop('95'));
    above.quote(96, 97, 0);
    above.trade(95, 1, 1);
    expect(above.log[1]).toBe('stop 1 at 95 taker +1');
  });

  it('sell where the trade jumped to when no quote is known', () => {
    const { matcher, log, trade } = setUp({ slippage: 0.01 });
    matcher.add(stop('95'));
    trade(93, 5, 1);
    expect(log).toEqual(['stop triggered +1', 'stop 1 at 92.07 taker +1']);
  });

  it('are triggered by no quote and no price from before they arrived', () => {
    const { matcher, log, quote, trade } = setUp();
    matcher.add(stop('95', { placedAt: T0 + 10 }));
    quote(90, 91, 11);
    trade(90, 1, 9);
    expect(log).toEqual([]);
  });
});

describe('prices that cannot be', () => {
  it.each([
    ['crossed', 101, 99],
    ['empty', 0, 0],
    ['NaN', Number.NaN, 100],
  ])('a quote that is %s is ignored', (_name, bid, ask) => {
    const { matcher, log, quote } = setUp();
    matcher.add(order('m'));
    quote(bid, ask, 0);
    matcher.add(order('n'));
    expect(log).toEqual([]);
  });

  it.each([0, -1, Number.NaN, Infinity])('a trade at %d is ignored', (price) => {
    const { matcher, log, trade } = setUp();
    matcher.add(order('m'));
    trade(price, 1, 0);
    expect(log).toEqual([]);
  });
});
