import { describe, expect, it } from '@jest/globals';
import { add, dec, sumOf, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import type { ControlEvent, EngineEvent } from '../../../../src/core/domain/events.ts';
import type { Balance } from '../../../../src/core/domain/fill.ts';
import type { OrderRecord } from '../../../../src/core/domain/order.ts';
import { exchangeOrderId, strategyId, tradeId } from '../../../../src/core/domain/ids.ts';
import type { ShareRule } from '../../../../src/core/domain/position.ts';
import { planAdoption } from '../../../../src/core/engine/adoption.ts';
import { engineConditions } from '../../../../src/core/engine/conditions.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { applyBooking } from '../../../../src/core/ledger/ledger.ts';
import { Crowd } from '../../../builders/crowd.ts';
import { aControl } from '../../../builders/engine.ts';
import { aFill, BTC, BTC_USDT, USDT } from '../../../builders/orders.ts';
import { bookDifference } from '../../../simulation/bookSums.ts';

/** Two strategies that bought 1 BTC each, at 100 and at 110, guarded; the second one later. */
function two(): Crowd {
  const crowd = new Crowd({ strategies: 2 });
  crowd.enter(0, 100);
  crowd.enter(1, 110);
  return crowd;
}

/** The exchange's balances after somebody has sold, or brought, BTC by hand. */
function balances({ state }: Crowd, byHand: string): Balance[] {
  return [BTC, USDT].map((asset) => {
    const total = state.ledger.accounts.get(asset)?.total ?? ZERO;
    const free = asset === BTC ? add(total, dec(byHand)) : total;
    return { asset, free, locked: ZERO };
  });
}

const tell = (crowd: Crowd, byHand: string) => {
  crowd.step({ kind: 'balance', at: crowd.state.now, balances: balances(crowd, byHand) });
};

const adopting = (crowd: Crowd, byHand: string, rule?: string): ControlEvent => ({
  ...aControl('adopt', crowd.state.now),
  symbol: BTC_USDT,
  balances: balances(crowd, byHand),
  ...(rule !== undefined && { rule: typed(rule) }),
});

function typed(rule: string): ShareRule {
  return rule === 'newest' || rule === 'pro-rata' ? rule : strategyId(rule);
}

const amounts = (crowd: Crowd): string[] =>
  [...crowd.state.strategies.values()].map(({ holding }) => toText(holding.position.amount));
const absent = (crowd: Crowd): string[] =>
  [...crowd.state.strategies.values()].map(({ holding }) => toText(holding.absent));
const attention = (crowd: Crowd): string[] => engineConditions(crowd.state).map(({ code }) => code);

function plan(crowd: Crowd, byHand: string, rule?: string) {
  const planned = planAdoption(crowd.state, {
    symbol: BTC_USDT,
    balances: balances(crowd, byHand),
    rule: rule === undefined ? undefined : typed(rule),
  });
  return planned.ok
    ? planned.moves.map((move) => `${move.strategyId} ${toText(move.amount)} ${move.cause}`)
    : planned.code;
}

/** A strategy's offer of everything, far from the price. */
function offer(crowd: Crowd, index: number): OrderRecord {
  crowd.act(index, (context) => {
    const { amount } = context.position;
    const exit = { purpose: 'exit', side: 'sell', type: 'limit' } as const;
    context.place({ ...exit, amount, price: 130, reason: 'TEST_SELL', tag: 'offer' });
  });
  const order = [...crowd.state.orders.live()].find(({ intent }) => intent.tag === 'offer');
  if (order?.state !== 'ACKED') throw new Error('the offer does not stand');
  return order;
}

function soldAll({ intent }: OrderRecord): EngineEvent {
  const { clientOrderId, amount, intentId } = intent;
  const exchangeOrder = exchangeOrderId(`e-${intentId}`);
  const about = { clientOrderId, exchangeOrderId: exchangeOrder, tradeId: tradeId('sold') };
  const fill = aFill({ ...about, side: 'sell', amount });
  return { kind: 'fill', at: fill.at, fill };
}

describe('what adopting balances would do', () => {
  it('cuts by the rule, and by none that does not fit', () => {
    const crowd = two();
    expect(plan(crowd, '-0.5', 'newest')).toEqual(['s1 -0.5 gone']);
    expect(plan(crowd, '-1.5', 'newest')).toEqual(['s0 -0.5 gone', 's1 -1 gone']);
    expect(plan(crowd, '-0.5', 'pro-rata')).toEqual(['s0 -0.25 gone', 's1 -0.25 gone']);
    expect(plan(crowd, '-0.5', 's0')).toEqual(['s0 -0.5 gone']);
    expect(plan(crowd, '-1.5', 's0')).toBe('RULE_SHORT');
    expect(plan(crowd, '-0.5', 's7')).toBe('RULE_UNKNOWN');
    expect(plan(crowd, '-0.5')).toBe('RULE_NEEDED');
  });

  it('needs no rule where only one position can shrink', () => {
    const crowd = new Crowd({ strategies: 2 });
    crowd.enter(0, 100);
    expect(plan(crowd, '-0.3')).toEqual(['s0 -0.3 gone']);
  });

  it('cuts nothing while positions are no more than what is there', () => {
    const crowd = two();
    expect(plan(crowd, '0')).toEqual([]);
    expect(plan(crowd, '3')).toEqual([]);
  });

  it('changes nothing by being worked out', () => {
    const crowd = two();
    plan(crowd, '-0.5', 'newest');
    expect([amounts(crowd), attention(crowd)]).toEqual([['1', '1'], []]);
  });
});

describe('adopted balances', () => {
  it('cut positions at their cost: exposure falls, the stops follow, and nothing sells another one’s coins', () => {
    const crowd = two();
    const before = toText(crowd.state.book.total);
    tell(crowd, '-0.5');
    crowd.step(adopting(crowd, '-0.5', 'newest'));
    expect(amounts(crowd)).toEqual(['1', '0.5']);
    expect([before, toText(crowd.state.book.total)]).toEqual(['210', '155']);
    expect(crowd.held).toEqual(['s1 @99', 's0 @90']);
    const stops = crowd.held.length;
    expect(stops).toBe(2);
    const there = crowd.state.ledger.accounts.get(BTC)?.total ?? ZERO;
    expect(toText(there)).toBe('1.5');
    expect(crowd.sums).toBe('1.5');
    expect(crowd.codes).toContain('WITHDRAWAL_ADOPTED');
    expect(crowd.codes.filter((code) => code === 'BOOKED_OUT')).toHaveLength(1);
  });

  it('clear a position that is gone altogether, and the strategy may enter again', () => {
    const crowd = new Crowd({ strategies: 1 });
    crowd.enter(0, 100);
    tell(crowd, '-1');
    crowd.step(adopting(crowd, '-1'));
    crowd.step({ ...aControl('unhalt', crowd.state.now), symbol: BTC_USDT });
    expect([amounts(crowd), attention(crowd), crowd.held]).toEqual([['0'], [], []]);
    crowd.enter(0, 120);
    expect(amounts(crowd)).toEqual(['1']);
  });

  it('clear a phantom of which exchange and ledger have agreed for long', () => {
    const crowd = two();
    // As it was booked before positions could be cut.
    crowd.step({ ...adopting(crowd, '-0.5') });
    expect(attention(crowd)).toContain('position.phantom');
    crowd.step(adopting(crowd, '0', 'pro-rata'));
    expect(amounts(crowd)).toEqual(['0.75', '0.75']);
    expect(attention(crowd)).not.toContain('position.phantom');
  });

  it('make good what one strategy has sold of another’s, who bears it by the rule', () => {
    const crowd = two();
    const { ledger } = crowd.state;
    const oversold = { strategyId: strategyId('s0'), symbol: BTC_USDT, at: 0, reason: 'test' };
    applyBooking(ledger, { ...oversold, amount: dec('-1.25'), cause: 'gone' }, crowd.instrument);
    expect(plan(crowd, '-1.25', 's1')).toEqual(['s1 -0.25 gone', 's0 0.25 oversold']);
    crowd.step(adopting(crowd, '-1.25', 's1'));
    expect(amounts(crowd)).toEqual(['0', '0.75']);
  });
});

describe('a position that is being sold when coins are found gone', () => {
  it('is cut last: its coins may be sold before its cancel is heard', () => {
    const crowd = two();
    offer(crowd, 1);
    expect(plan(crowd, '-0.5', 'newest')).toEqual(['s0 -0.5 gone']);
    expect(plan(crowd, '-0.5', 'pro-rata')).toEqual(['s0 -0.5 gone']);
    expect(plan(crowd, '-1.5', 'newest')).toEqual(['s0 -1 gone', 's1 -0.5 gone']);
    expect(plan(crowd, '-0.5', 's1')).toEqual(['s1 -0.5 gone']);
  });

  it('has sold its own when that sale comes through after all: the others are cut instead', () => {
    const crowd = two();
    const sale = offer(crowd, 1);
    step(crowd.state, adopting(crowd, '-0.5', 's1'));
    expect([amounts(crowd), sale.state]).toEqual([['1', '0.5'], 'CANCELLING']);
    crowd.step(soldAll(sale));
    expect(amounts(crowd)).toEqual(['0.5', '0']);
    expect([crowd.state.markets.get(BTC_USDT)?.haltReason, crowd.sums]).toEqual(['', '0.5']);
    expect(bookDifference(crowd.state)).toBe('');
  });

  it('has sold more than it held when nobody else holds any', () => {
    const crowd = new Crowd({ strategies: 1 });
    crowd.enter(0, 100);
    const sale = offer(crowd, 0);
    step(crowd.state, adopting(crowd, '-0.5'));
    crowd.step(soldAll(sale));
    expect(amounts(crowd)).toEqual(['-0.5']);
    expect(crowd.state.markets.get(BTC_USDT)?.haltReason).toBe(
      'strategy s0 has sold more than it held',
    );
  });
});

describe('coins that are missing', () => {
  it('are alarmed once, in a note and in what needs attention, and the market is halted', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    tell(crowd, '-1.5');
    expect(crowd.codes.filter((code) => code === 'COINS_MISSING')).toHaveLength(1);
    expect(attention(crowd)).toEqual(['symbol.halted', 'position.phantom']);
    expect(engineConditions(crowd.state).at(-1)?.inputs).toEqual({
      asset: BTC,
      positions: '2',
      balance: '0.5',
      missing: '1.5',
    });
  });

  it('are borne by all: each sells its share of what is there, and no more for selling first', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    expect(absent(crowd)).toEqual(['0.75', '0.75']);
    crowd.leave(0);
    crowd.leave(0);
    expect(amounts(crowd)).toEqual(['0.75', '1']);
    crowd.leave(1);
    expect(amounts(crowd)).toEqual(['0.75', '0.75']);
    expect(crowd.sold).toBe('0.5');
  });

  it('are not guarded: the stops cover what is there', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    crowd.trade(110);
    expect(crowd.sums).toBe('0.5');
  });

  it('do not keep a stop from coming to its end', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    crowd.step(aControl('flatten', crowd.state.now));
    expect([...crowd.state.strategies.values()].map(({ stopping }) => stopping)).toEqual([
      undefined,
      undefined,
    ]);
    expect(crowd.sold).toBe('0.5');
  });

  it('are sold and guarded again when they are back', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    tell(crowd, '0');
    crowd.trade(110);
    expect(absent(crowd)).toEqual(['0', '0']);
    expect(crowd.sums).toBe('2');
    expect(crowd.codes.at(-1)).not.toBe('COINS_MISSING');
    expect(crowd.codes).toContain('COINS_THERE');
  });

  it('stay known while an order keeps the balance from being judged', () => {
    const crowd = two();
    tell(crowd, '-1.5');
    const at = crowd.state.now;
    crowd.step({ kind: 'balance', at, balances: balances(crowd, '0'), unjudged: [BTC, USDT] });
    expect(absent(crowd)).toEqual(['0.75', '0.75']);
  });

  it('are none where positions of a coin on several markets fit into what is there', () => {
    const crowd = two();
    tell(crowd, '7');
    expect([absent(crowd), crowd.codes.includes('COINS_MISSING')]).toEqual([['0', '0'], false]);
    expect(toText(sumOf(amounts(crowd).map((amount) => dec(amount))))).toBe('2');
  });
});

describe('coins that were there already', () => {
  it('are a strategy’s from then on, at the cost that was said', () => {
    const crowd = new Crowd({ strategies: 1 });
    crowd.enter(0, 100);
    crowd.leave(0);
    crowd.step(adopting(crowd, '2'));
    crowd.step({
      ...aControl('adopt', crowd.state.now),
      booking: {
        strategyId: strategyId('s0'),
        symbol: BTC_USDT,
        amount: dec('1.5'),
        cost: dec('120'),
        cause: 'adopted',
        reason: 'from before',
      },
    });
    expect([amounts(crowd), toText(crowd.state.book.total)]).toEqual([['1.5'], '120']);
    expect(crowd.held).toEqual(['s0 @72']);
    crowd.trade(100);
    crowd.leave(0);
    const [runtime] = crowd.state.strategies.values();
    expect(toText(runtime?.holding.position.realisedPnl ?? ZERO)).toBe('30');
  });
});
