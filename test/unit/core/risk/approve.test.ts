import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import type { ApprovedOrder, OrderIntent, Proposal } from '../../../../src/core/domain/order.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { approve, type Approval } from '../../../../src/core/risk/approve.ts';
import { ExposureBook } from '../../../../src/core/risk/exposure.ts';
import type { RiskView } from '../../../../src/core/risk/view.ts';
import { anApproved, anInstrument, T0 } from '../../../builders/orders.ts';
import { aPosition, aView } from '../../../builders/risk.ts';

const BUY: Proposal = {
  purpose: 'entry',
  side: 'buy',
  type: 'market',
  quote: dec('100'),
  reason: 'TEST',
};
const BUY_LIMIT: Proposal = { ...BUY, type: 'limit', price: 95 };
const SELL: Proposal = {
  purpose: 'exit',
  side: 'sell',
  type: 'market',
  amount: dec('1'),
  reason: 'TEST',
};
const SELL_LIMIT: Proposal = { ...SELL, type: 'limit', price: 105 };

const { quote: _quote, ...UNSIZED } = BUY;

function orderOf(approval: Approval): ApprovedOrder {
  if (!approval.ok) throw new Error(`refused: ${approval.code}`);
  return approval.order;
}

const codeOf = (approval: Approval): string => (approval.ok ? 'approved' : approval.code);

/** A book with one open order of these numbers. */
function bookWith(changes: Partial<OrderIntent>, filled = '0'): ExposureBook {
  const book = new ExposureBook();
  book.reserve({ ...newRecord(anApproved(99, changes)), filled: dec(filled) }, anInstrument());
  return book;
}

const withLimits = (changes: Partial<RiskView['limits']>): RiskView['limits'] => ({
  ...aView().limits,
  ...changes,
});

describe('an approved order', () => {
  it('carries the proposal, exact numbers and its identity', () => {
    const order = orderOf(approve({ ...BUY_LIMIT, tag: 'L07', inputs: { level: 7 } }, aView()));
    expect(order).toMatchObject({
      intentId: 'test-1',
      sequence: 1,
      strategyId: 'grid',
      symbol: 'BTC/USDT',
      side: 'buy',
      type: 'limit',
      purpose: 'entry',
      reason: 'TEST',
      tag: 'L07',
      inputs: { level: 7 },
      createdAt: T0,
    });
    expect(order.clientOrderId).toMatch(/^x[a-z2-7]{17}$/u);
    expect(toText(order.price ?? dec(0))).toBe('95');
    expect(order.referencePrice).toEqual(order.price);
  });

  it('has no price but the last one as reference when it is a market order', () => {
    const order = orderOf(approve(BUY, aView({ lastPrice: 101.25 })));
    expect(order).not.toHaveProperty('price');
    expect(toText(order.referencePrice)).toBe('101.25');
  });

  it('takes no sequence number when it is refused', () => {
    let calls = 0;
    const view = aView({ paused: true });
    const counting: RiskView = {
      ...view,
      identify: (side) => {
        calls += 1;
        return view.identify(side);
      },
    };
    expect(codeOf(approve(BUY, counting))).toBe('PAUSED');
    expect(calls).toBe(0);
    expect(codeOf(approve(BUY, { ...counting, paused: false }))).toBe('approved');
    expect(calls).toBe(1);
  });
});

describe('sizing', () => {
  it('spends at most the quote asked for, taker fee included, in whole lots', () => {
    // 100 / (100 × 1.002) = 0.998003…
    expect(toText(orderOf(approve(BUY, aView())).amount)).toBe('0.998');
  });

  it('rounds a given amount down to the lot', () => {
    const order = orderOf(approve({ ...UNSIZED, amount: dec('0.1239') }, aView()));
    expect(toText(order.amount)).toBe('0.123');
  });

  it.each([
    ['buy', 95.019, '95.01'],
    ['buy', 95.01, '95.01'],
    ['sell', 105.011, '105.02'],
    ['sell', 105.01, '105.01'],
  ] as const)(
    'rounds the price of a %s of %d to %s: never worse than asked',
    (side, price, text) => {
      const proposal = side === 'buy' ? { ...BUY_LIMIT, price } : { ...SELL_LIMIT, price };
      const order = orderOf(approve(proposal, aView({ position: aPosition('2', '200') })));
      expect(toText(order.price ?? dec(0))).toBe(text);
    },
  );

  it('does not turn float noise into a tick', () => {
    const price = 0.1 + 0.2 + 100; // 100.30000000000001 in floats
    const view = aView({ position: aPosition('2', '200') });
    expect(toText(orderOf(approve({ ...SELL_LIMIT, price }, view)).price ?? dec(0))).toBe('100.3');
    expect(
      toText(orderOf(approve({ ...BUY_LIMIT, price: 100.3 - 1e-13 }, view)).price ?? dec(0)),
    ).toBe('100.3');
  });
});

describe('malformed proposals', () => {
  it.each<[string, Proposal]>([
    ['an entry that sells', { ...BUY, side: 'sell' }],
    ['an exit that buys', { ...SELL, side: 'buy' }],
    ['a market order with a price', { ...BUY, price: 100 }],
    ['a limit order without a price', { ...BUY, type: 'limit' }],
    ['no size', UNSIZED],
    ['two sizes', { ...BUY, amount: dec('1') }],
    ['size zero', { ...BUY, quote: dec('0') }],
    ['a negative size', { ...SELL, amount: dec('-1') }],
  ])('refuses %s', (_name, proposal) => {
    expect(codeOf(approve(proposal, aView({ position: aPosition('2', '200') })))).toBe(
      'PROPOSAL_INVALID',
    );
  });
});

describe('switches', () => {
  it.each<[string, Partial<RiskView>, string]>([
    ['paused', { paused: true }, 'PAUSED'],
    ['the symbol is halted', { halted: 'drift' }, 'SYMBOL_HALTED'],
    ['data is stale', { stale: true }, 'DATA_STALE'],
    ['stopped out', { stoppedOut: { stoppedAt: T0 - 1, until: T0 + 1 } }, 'STOPPED_OUT'],
  ])('refuses entries but not exits while %s', (_name, changes, code) => {
    const view = aView({ ...changes, position: aPosition('2', '200') });
    expect(codeOf(approve(BUY, view))).toBe(code);
    expect(codeOf(approve(SELL, view))).toBe('approved');
    expect(codeOf(approve(SELL_LIMIT, view))).toBe('approved');
  });

  it('refuses everything before it is armed', () => {
    const view = aView({ armed: false, position: aPosition('2', '200') });
    expect(codeOf(approve(BUY, view))).toBe('NOT_ARMED');
    expect(codeOf(approve(SELL, view))).toBe('NOT_ARMED');
  });

  it('says why a symbol is halted', () => {
    expect(approve(BUY, aView({ halted: 'drift' }))).toMatchObject({
      inputs: { symbol: 'BTC/USDT', reason: 'drift' },
    });
  });
});

describe('prices', () => {
  it.each([Number.NaN, 0, -1, Infinity])(
    'refuses everything when the last price is %d',
    (lastPrice) => {
      const view = aView({ lastPrice, position: aPosition('2', '200') });
      expect(codeOf(approve(BUY, view))).toBe('NO_PRICE');
      expect(codeOf(approve(SELL, view))).toBe('NO_PRICE');
    },
  );

  it.each([Number.NaN, 0, -5, Infinity])('refuses a limit price of %d', (price) => {
    expect(codeOf(approve({ ...BUY_LIMIT, price }, aView()))).toBe('PRICE_INVALID');
  });

  it('refuses a buy price below one tick', () => {
    expect(codeOf(approve({ ...BUY_LIMIT, price: 0.001 }, aView({ lastPrice: 0.01 })))).toBe(
      'PRICE_INVALID',
    );
  });

  it('allows a price on the edge of the band and refuses one tick beyond, on both sides', () => {
    const view = aView({ position: aPosition('2', '200') });
    expect(codeOf(approve({ ...BUY_LIMIT, price: 90 }, view))).toBe('approved');
    expect(codeOf(approve({ ...BUY_LIMIT, price: 89.99 }, view))).toBe('PRICE_BAND');
    expect(codeOf(approve({ ...SELL_LIMIT, price: 110 }, view))).toBe('approved');
    expect(codeOf(approve({ ...SELL_LIMIT, price: 110.01 }, view))).toBe('PRICE_BAND');
  });
});

describe('minimums and maximums', () => {
  it('refuses one lot below the minimum amount', () => {
    const instrument = anInstrument({ minAmount: dec('0.5'), minNotional: dec('0') });
    const ask = (amount: string): string =>
      codeOf(approve({ ...UNSIZED, amount: dec(amount) }, aView({ instrument })));
    expect(ask('0.502')).toBe('approved');
    expect(ask('0.499')).toBe('AMOUNT_TOO_SMALL');
  });

  it('refuses an amount that is less than a lot', () => {
    expect(approve({ ...UNSIZED, amount: dec('0.0009') }, aView())).toEqual({
      ok: false,
      code: 'AMOUNT_TOO_SMALL',
      inputs: { amount: '0', minAmount: '0.001' },
    });
  });

  it('cuts entries and exits to the maximum amount, and says what was wanted', () => {
    const instrument = anInstrument({ maxAmount: dec('2') });
    const view = aView({ instrument, position: aPosition('5', '500') });
    const sizes = (proposal: Proposal): string[] => {
      const verdict = approve(proposal, view);
      return verdict.ok ? [verdict.order.amount, verdict.wanted].map(toText) : [verdict.code];
    };
    expect(sizes({ ...UNSIZED, amount: dec('2') })).toEqual(['2', '2']);
    expect(sizes({ ...UNSIZED, amount: dec('2.001') })).toEqual(['2', '2.001']);
    expect(sizes({ ...SELL, amount: dec('5') })).toEqual(['2', '5']);
  });

  it('bounds orders at the market apart from limit orders, by amount, step and value', () => {
    const instrument = anInstrument({
      marketMaxAmount: dec('2'),
      marketMinAmount: dec('0.5'),
      marketLotSize: dec('0.25'),
    });
    const view = aView({ instrument, position: aPosition('5', '500') });
    const amount = (proposal: Proposal): string => toText(orderOf(approve(proposal, view)).amount);
    expect(amount({ ...SELL, amount: dec('4.6') })).toBe('2');
    expect(amount({ ...SELL, amount: dec('1.6') })).toBe('1.5');
    expect(codeOf(approve({ ...SELL, amount: dec('0.4') }, view))).toBe('AMOUNT_TOO_SMALL');
    expect(amount({ ...SELL_LIMIT, amount: dec('4.6') })).toBe('4.6');
    const worth = anInstrument({ maxNotional: dec('300'), marketMaxNotional: dec('150') });
    const valued = aView({ instrument: worth, position: aPosition('5', '500') });
    const valuedAmount = (proposal: Proposal): string =>
      toText(orderOf(approve(proposal, valued)).amount);
    expect(valuedAmount({ ...SELL, amount: dec('5') })).toBe('1.5');
    expect(valuedAmount({ ...SELL_LIMIT, price: 100, amount: dec('5') })).toBe('3');
  });

  it('leaves no rest that is too small to be sold', () => {
    const instrument = anInstrument({ marketMaxAmount: dec('2') });
    const view = aView({ instrument, position: aPosition('2.04', '204') });
    // 0.04 at 100 is 4, less than the smallest value of 5: half now, half later.
    expect(toText(orderOf(approve({ ...SELL, amount: dec('2.04') }, view)).amount)).toBe('1.02');
  });

  it('says that nothing can be sold when the most of one order is worth less than the least', () => {
    const instrument = anInstrument({ marketMaxAmount: dec('0.04') });
    const view = aView({ instrument, position: aPosition('0.085', '8.5') });
    expect(codeOf(approve({ ...SELL, amount: dec('0.085') }, view))).toBe('NOTIONAL_TOO_SMALL');
  });

  it('sells the most when neither half nor the rest could be sold', () => {
    const instrument = anInstrument({ marketMaxAmount: dec('0.06') });
    const view = aView({ instrument, position: aPosition('0.08', '8') });
    expect(toText(orderOf(approve({ ...SELL, amount: dec('0.08') }, view)).amount)).toBe('0.06');
  });

  it('lets market orders be small where the minimum does not bind them', () => {
    const lax = aView({ instrument: anInstrument({ minNotionalAtMarket: false }) });
    const held = { ...lax, position: aPosition('1', '100') };
    expect(codeOf(approve({ ...SELL, amount: dec('0.01') }, held))).toBe('approved');
    expect(codeOf(approve({ ...SELL_LIMIT, amount: dec('0.01') }, held))).toBe(
      'NOTIONAL_TOO_SMALL',
    );
  });

  it('refuses prices that the exchange does not take', () => {
    const priceBand = { buy: { up: 1.02, down: 0.95 }, sell: { up: 0, down: 0.98 } };
    const instrument = anInstrument({ priceBand, maxPrice: dec('105') });
    const view = aView({ instrument, position: aPosition('2', '200') });
    const ask = (proposal: Proposal): string => codeOf(approve(proposal, view));
    expect(ask({ ...BUY_LIMIT, price: 95 })).toBe('approved');
    expect(approve({ ...BUY_LIMIT, price: 94.99 }, view)).toMatchObject({
      code: 'PRICE_OUT_OF_RANGE',
      inputs: { price: '94.99', lowest: 95, highest: 102 },
    });
    expect(ask({ ...BUY_LIMIT, price: 102.01 })).toBe('PRICE_OUT_OF_RANGE');
    expect(ask({ ...SELL_LIMIT, price: 105 })).toBe('approved');
    expect(ask({ ...SELL_LIMIT, price: 105.01 })).toBe('PRICE_OUT_OF_RANGE');
    expect(ask({ ...SELL_LIMIT, price: 97.99 })).toBe('PRICE_OUT_OF_RANGE');
  });

  it('cuts entries to what the account may still hold, and refuses them when that is too little', () => {
    const instrument = anInstrument({ maxPosition: dec('10') });
    const room = (positionRoom: string): ReturnType<typeof approve> =>
      approve(
        { ...UNSIZED, amount: dec('2') },
        aView({ instrument, positionRoom: () => dec(positionRoom) }),
      );
    expect(toText(orderOf(room('1.5')).amount)).toBe('1.5');
    expect(room('0.04')).toMatchObject({
      code: 'POSITION_LIMIT',
      inputs: { maxPosition: '10', base: 'BTC', room: '0.04' },
    });
  });

  it('needs a place for orders that rest, of which some are kept for guards', () => {
    const places = { open: 7, most: 10, kept: 3 };
    const view = aView({ places: () => places, position: aPosition('2', '200') });
    expect(approve(BUY_LIMIT, view)).toMatchObject({
      code: 'EXCHANGE_FULL',
      inputs: { open: 7, most: 10, kept: 3, symbol: 'BTC/USDT' },
    });
    expect(codeOf(approve(SELL_LIMIT, view))).toBe('approved');
    const full = { ...view, places: () => ({ ...places, open: 10 }) };
    expect(codeOf(approve(SELL_LIMIT, full))).toBe('EXCHANGE_FULL');
    expect(codeOf(approve(SELL, full))).toBe('approved');
    expect(
      codeOf(approve({ ...BUY_LIMIT }, { ...view, places: () => ({ ...places, kept: 2 }) })),
    ).toBe('approved');
  });

  it('refuses one lot below the minimum notional', () => {
    const view = aView({ position: aPosition('1', '100') });
    expect(codeOf(approve({ ...UNSIZED, amount: dec('0.05') }, view))).toBe('approved');
    expect(approve({ ...UNSIZED, amount: dec('0.049') }, view)).toMatchObject({
      code: 'NOTIONAL_TOO_SMALL',
      inputs: { notional: '4.9', minNotional: '5' },
    });
  });
});

describe('a buy that could never be sold again', () => {
  const buy = (amount: string, changes: Partial<Proposal> = {}): Proposal => ({
    ...UNSIZED,
    amount: dec(amount),
    ...changes,
  });
  const withStop = (stopLoss?: number, changes: Partial<RiskView> = {}): RiskView =>
    aView({ ...changes, strategy: { ...aView().strategy, stopLoss } });
  const ask = (proposal: Proposal, view: RiskView): string => codeOf(approve(proposal, view));

  it('is refused when the fee and the rounding to a lot take it below the least value', () => {
    // Of 0.05 the fee leaves 0.0499, which is 0.049 in lots, worth 4.9.
    const view = withStop();
    expect(approve(buy('0.05'), view)).toMatchObject({
      code: 'EXIT_TOO_SMALL',
      inputs: {
        sellable: '0.049',
        exitPrice: 100,
        where: 'the price paid',
        value: '4.9',
        least: '5 USDT',
        base: 'BTC',
        quote: 'USDT',
        symbol: 'BTC/USDT',
      },
    });
    expect(ask(buy('0.051'), view)).toBe('approved');
  });

  it('is refused when it would be worth too little at its stop, and not one lot above that', () => {
    // 5 / 90 = 0.0555…: 0.056 lots must be left of it.
    expect(approve(buy('0.056'), withStop(0.1))).toMatchObject({
      code: 'EXIT_TOO_SMALL',
      inputs: { sellable: '0.055', exitPrice: 90, where: 'its stop', value: '4.95' },
    });
    expect(ask(buy('0.057'), withStop(0.1))).toBe('approved');
    expect(ask(buy('0.057'), withStop(0.2))).toBe('EXIT_TOO_SMALL');
  });

  it('is judged where the strategy itself would sell at a loss, or at the stop when that is reached first', () => {
    expect(ask(buy('0.056', { exitPrice: 80 }), withStop())).toBe('EXIT_TOO_SMALL');
    expect(ask(buy('0.056', { exitPrice: Number.NaN }), withStop())).toBe('approved');
    expect(ask(buy('0.057', { exitPrice: 80 }), withStop(0.1))).toBe('approved');
    expect(ask(buy('0.057', { exitPrice: 95 }), withStop(0.2))).toBe('approved');
    // Above the price it was paid for nothing is given up.
    expect(ask(buy('0.051', { exitPrice: 120 }), withStop())).toBe('approved');
  });

  it('counts what is held already, and what that cost', () => {
    const cheap = { position: aPosition('0.03', '1.5') };
    // Both together at their stop: (5.1 + 1.5) / 0.081 × 0.9 = 73.3, and 0.08 of it are worth 5.87.
    expect(ask(buy('0.051'), withStop(0.1, cheap))).toBe('approved');
    // With 0.01 held for nearly nothing: 5.1 / 0.061 × 0.9 = 75.2, and 0.06 are worth 4.5.
    expect(ask(buy('0.051'), withStop(0.1, { position: aPosition('0.01', '0.001') }))).toBe(
      'EXIT_TOO_SMALL',
    );
  });

  it('is judged by the rules of orders at the market', () => {
    const free = anInstrument({ minNotionalAtMarket: false });
    expect(ask(buy('0.05'), withStop(0.9, { instrument: free }))).toBe('approved');
    const coarse = anInstrument({ marketMinAmount: dec('0.5') });
    const limit = { type: 'limit', price: 100 } as const;
    expect(approve(buy('0.5', limit), withStop(0, { instrument: coarse }))).toMatchObject({
      code: 'EXIT_TOO_SMALL',
      inputs: { least: '0.5 BTC' },
    });
    expect(ask(buy('0.502', limit), withStop(0, { instrument: coarse }))).toBe('approved');
  });
});

describe('funds and limits', () => {
  it('needs notional and taker fee to be free', () => {
    const ask = (balance: string): string =>
      codeOf(approve({ ...UNSIZED, amount: dec('1') }, aView({ quoteBalance: dec(balance) })));
    expect(ask('100.2')).toBe('approved');
    expect(ask('100.19')).toBe('FUNDS_SHORT');
  });

  it('does not count what open buys have reserved as free', () => {
    const view = aView({ quoteBalance: dec('200'), book: bookWith({ amount: dec('1') }) });
    expect(codeOf(approve({ ...UNSIZED, amount: dec('0.9') }, view))).toBe('approved');
    expect(approve({ ...UNSIZED, amount: dec('1') }, view)).toMatchObject({
      code: 'FUNDS_SHORT',
      inputs: { needed: '100.2', asset: 'USDT', available: '99.8' },
    });
  });

  it('allows exposure up to the strategy’s budget and refuses one lot more', () => {
    const book = new ExposureBook();
    book.setPosition(aPosition('5', '799.6'));
    const view = aView({ book });
    expect(codeOf(approve({ ...UNSIZED, amount: dec('2') }, view))).toBe('approved');
    expect(approve({ ...UNSIZED, amount: dec('2.001') }, view)).toMatchObject({
      code: 'STRATEGY_EXPOSURE',
      inputs: { exposure: '1000.1002', limit: '1000' },
    });
  });

  it('counts open orders as filled, in full', () => {
    const view = aView({ book: bookWith({ amount: dec('8') }) });
    expect(codeOf(approve({ ...UNSIZED, amount: dec('2') }, view))).toBe('STRATEGY_EXPOSURE');
    expect(codeOf(approve({ ...UNSIZED, amount: dec('1.9') }, view))).toBe('approved');
  });

  it('counts what other strategies have at work into the total', () => {
    const other = strategyId('other');
    const view = aView({ book: bookWith({ amount: dec('15'), strategyId: other }) });
    expect(codeOf(approve({ ...UNSIZED, amount: dec('4') }, view))).toBe('approved');
    expect(codeOf(approve({ ...UNSIZED, amount: dec('5') }, view))).toBe('TOTAL_EXPOSURE');
  });

  it('does not free budget when the price falls, nor block a plan when it rises', () => {
    const book = new ExposureBook();
    book.setPosition(aPosition('9', '900'));
    for (const lastPrice of [50, 100]) {
      const view = aView({ book, lastPrice, position: aPosition('9', '900') });
      expect(codeOf(approve({ ...BUY, quote: dec('101') }, view))).toBe('STRATEGY_EXPOSURE');
      expect(codeOf(approve({ ...BUY, quote: dec('100') }, view))).toBe('approved');
    }
  });

  it('refuses entries beyond the number of open orders, never exits', () => {
    const view = aView({
      book: bookWith({}),
      limits: withLimits({ maxOpenOrders: 1 }),
      position: aPosition('2', '200'),
    });
    expect(approve(BUY, view)).toEqual({
      ok: false,
      code: 'TOO_MANY_ORDERS',
      inputs: { openOrders: 1, limit: 1 },
    });
    expect(codeOf(approve(SELL, view))).toBe('approved');
  });
});

describe('exits', () => {
  it('sells at most what is held, rounded down to the lot', () => {
    const view = aView({ position: aPosition('0.9995', '100') });
    expect(toText(orderOf(approve(SELL, view)).amount)).toBe('0.999');
  });

  it('leaves alone what open sells already promise, counting what of them is filled as gone', () => {
    const book = bookWith({ side: 'sell', purpose: 'exit', amount: dec('1') }, '0.4');
    const view = aView({ book, position: aPosition('1', '100') });
    expect(toText(orderOf(approve(SELL, view)).amount)).toBe('0.4');
  });

  it('refuses when nothing is left to sell', () => {
    const book = bookWith({ side: 'sell', purpose: 'exit', amount: dec('1') });
    expect(approve(SELL, aView({ book, position: aPosition('1', '100') }))).toEqual({
      ok: false,
      code: 'NOTHING_TO_EXIT',
      inputs: { position: '1', reserved: '1', absent: '0' },
    });
  });

  it('needs neither funds nor budget', () => {
    const view = aView({
      quoteBalance: dec('0'),
      strategy: { ...aView().strategy, budget: dec('0') },
      limits: withLimits({ maxTotalExposure: dec('0') }),
      position: aPosition('1', '100'),
    });
    expect(codeOf(approve(SELL, view))).toBe('approved');
  });

  it('may be sized in quote', () => {
    const { amount: _amount, ...unsized } = SELL;
    const view = aView({ position: aPosition('5', '500') });
    expect(toText(orderOf(approve({ ...unsized, quote: dec('100') }, view)).amount)).toBe('0.998');
  });
});
