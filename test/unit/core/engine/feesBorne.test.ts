import { beforeEach, describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../../src/core/domain/fill.ts';
import { asset, intentId, marketSymbol, strategyId } from '../../../../src/core/domain/ids.ts';
import { bearFees, settleFees } from '../../../../src/core/engine/feesBorne.ts';
import {
  accountOf,
  applyFill,
  applyTransfer,
  holdingOf,
} from '../../../../src/core/ledger/ledger.ts';
import { newRecord } from '../../../../src/core/orders/lifecycle.ts';
import { GuardWorld } from '../../../builders/guardWorld.ts';
import {
  aFill,
  anApproved,
  anInstrument,
  BTC,
  BTC_USDT,
  GRID,
  T0,
} from '../../../builders/orders.ts';
import { bookDifference } from '../../../simulation/bookSums.ts';

const ETH_USDT = marketSymbol('ETH/USDT');
const ETHER = anInstrument({ symbol: ETH_USDT, base: asset('ETH') });
const OTHER = strategyId('other');
/** Trades the other coin. */
const PAYER = strategyId('payer');
const ID = intentId('test-9');

let world: GuardWorld;

/** Another strategy's fill, as the books have it before its fees are looked after. */
function booked(changes: Partial<Fill>, buyer = OTHER): Fill {
  const fill = aFill(changes);
  const who = fill.symbol === ETH_USDT ? PAYER : buyer;
  const instrument = fill.symbol === ETH_USDT ? ETHER : anInstrument();
  const holding = applyFill(
    world.state.ledger,
    { fill, strategyId: who, intentId: ID },
    instrument,
  );
  world.state.book.setPosition(holding.position);
  return fill;
}

function bear(fill: Fill, filled = fill.amount): void {
  world.state.out.clear();
  const order = anApproved(9, { symbol: fill.symbol, side: fill.side, strategyId: OTHER });
  bearFees(world.state, fill, { ...newRecord(order), filled });
  expect(bookDifference(world.state)).toBe('');
}

const held = (who = GRID, symbol = BTC_USDT): string =>
  toText(holdingOf(world.state.ledger, who, symbol).position.amount);
const inAccount = (): string => toText(accountOf(world.state.ledger, BTC).total);

/** 1.996 BTC bought at 100, and a market of another coin. */
beforeEach(() => {
  world = new GuardWorld({ triggers: 'none' });
  world.hold();
  const market = world.state.markets.get(BTC_USDT);
  if (!market) throw new Error('no market');
  const other = { ...market, instrument: ETHER, strategies: [], series: new Map() };
  world.state.markets.set(ETH_USDT, other);
});

describe('a fee that another market takes in a coin that is held', () => {
  const feeOf = (fee: string): Partial<Fill> => ({
    symbol: ETH_USDT,
    amount: dec('1'),
    fee: dec(fee),
    feeAsset: BTC,
  });

  it('is booked out of the position at its share of the cost, so that it says what is there', () => {
    const before = world.runtime.holding.position.cost;
    bear(booked(feeOf('0.499')));
    expect([held(), inAccount()]).toEqual(['1.497', '1.497']);
    const { cost, booked: moved } = world.runtime.holding.position;
    expect(toText(cost.times(4))).toBe(toText(before.times(3)));
    expect(moved?.amount).toEqual(dec('-0.499'));
    expect(world.state.out.bookings).toMatchObject([{ strategyId: GRID, cause: 'fees' }]);
  });

  it('is paid by what the account has besides first', () => {
    applyTransfer(world.state.ledger, { asset: BTC, amount: dec('0.3'), reason: 'mine' });
    bear(booked(feeOf('0.2')));
    expect([held(), inAccount()]).toEqual(['1.996', '2.096']);
    bear(booked(feeOf('0.2')));
    expect([held(), inAccount()]).toEqual(['1.896', '1.896']);
  });

  it('is borne by dust first, and then by what was opened last', () => {
    booked({ amount: dec('1'), at: T0 + 9_999_999_999 });
    const third = strategyId('third');
    booked({ amount: dec('1') }, third);
    booked({ side: 'sell', amount: dec('0.9995') }, third);
    bear(booked(feeOf('0.1005')));
    expect([held(third), held(OTHER), held()]).toEqual(['0', '0.9', '1.996']);
  });

  it('is no more than the fee where coins were withdrawn: whose those are, the operator says', () => {
    applyTransfer(world.state.ledger, { asset: BTC, amount: dec('-1'), reason: 'withdrawn' });
    settleFees(world.state);
    expect(held()).toBe('1.996');
    bear(booked(feeOf('0.1')));
    expect([held(), inAccount()]).toEqual(['1.896', '0.896']);
  });

  it('is booked when the coins are known to be bought, when it was known before', () => {
    world = new GuardWorld({ triggers: 'none' });
    const market = world.state.markets.get(BTC_USDT);
    if (market) world.state.markets.set(ETH_USDT, { ...market, instrument: ETHER });
    bear(booked(feeOf('0.1')));
    expect([held(OTHER), inAccount()]).toEqual(['0', '-0.1']);
    bear(booked({ amount: dec('1') }));
    expect([held(OTHER), inAccount()]).toEqual(['0.9', '0.9']);
  });

  it('that the last run did not come to book is booked at the start', () => {
    booked(feeOf('0.1'));
    settleFees(world.state);
    expect([held(), inAccount()]).toEqual(['1.896', '1.896']);
  });
});

describe('a sale of everything whose fee is taken in the coin itself', () => {
  const sale = { side: 'sell', amount: dec('1'), fee: dec('0.002'), feeAsset: BTC } as const;

  it('is no sale of more than was held: others have paid', () => {
    booked({ amount: dec('1') });
    const fill = booked(sale);
    expect(held(OTHER)).toBe('-0.002');
    bear(fill);
    expect([held(OTHER), held(), inAccount()]).toEqual(['0', '1.994', '1.994']);
  });

  it('leaves what no fee explains as it is', () => {
    booked({ amount: dec('0.5') });
    bear(booked(sale));
    expect(held(OTHER)).toBe('-0.5');
  });
});
