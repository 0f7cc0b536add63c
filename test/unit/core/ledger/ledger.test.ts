import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../../src/core/domain/fill.ts';
import { asset, intentId, strategyId } from '../../../../src/core/domain/ids.ts';
import {
  accountOf,
  applyFill,
  balancesOf,
  createLedger,
  diffBalances,
  equity,
  holdingOf,
  restoreLedger,
  type Ledger,
} from '../../../../src/core/ledger/ledger.ts';
import { aFill, anInstrument, BNB, BTC, BTC_USDT, GRID, USDT } from '../../../builders/orders.ts';

const instrument = anInstrument();

function newLedger(): Ledger {
  return createLedger([
    { asset: USDT, amount: dec('1000') },
    { asset: BNB, amount: dec('1') },
  ]);
}

function book(ledger: Ledger, fill: Partial<Fill>, owner = GRID): void {
  const attributed = { fill: aFill(fill), strategyId: owner, intentId: intentId('test-1') };
  applyFill(ledger, attributed, instrument);
}

const totals = (ledger: Ledger): Record<string, string> =>
  Object.fromEntries(balancesOf(ledger).map(({ asset: name, total }) => [name, toText(total)]));

describe('applyFill', () => {
  it('books base, quote and fee each in its own asset', () => {
    const ledger = newLedger();
    book(ledger, { amount: dec('0.5'), price: dec('100'), fee: dec('0.001'), feeAsset: BTC });
    expect(totals(ledger)).toEqual({ USDT: '950', BNB: '1', BTC: '0.499' });
    book(ledger, { side: 'sell', amount: dec('0.2'), price: dec('110'), fee: dec('0.022') });
    expect(totals(ledger)).toEqual({ USDT: '971.978', BNB: '1', BTC: '0.299' });
  });

  it('books a fee in a third asset there, even when none was held', () => {
    const ledger = createLedger([{ asset: USDT, amount: dec('1000') }]);
    book(ledger, { fee: dec('0.01'), feeAsset: BNB });
    expect(totals(ledger)).toEqual({ USDT: '900', BTC: '1', BNB: '-0.01' });
  });

  it('keeps the positions of two strategies in one market apart', () => {
    const ledger = newLedger();
    book(ledger, { amount: dec('1') });
    book(ledger, { amount: dec('2') }, strategyId('dca'));
    expect(toText(holdingOf(ledger, GRID, BTC_USDT).position.amount)).toBe('1');
    expect(toText(holdingOf(ledger, strategyId('dca'), BTC_USDT).position.amount)).toBe('2');
    expect(totals(ledger)['BTC']).toBe('3');
  });

  it('keeps objects that were handed out up to date, floats included', () => {
    const ledger = newLedger();
    const cash = accountOf(ledger, USDT);
    const holding = holdingOf(ledger, GRID, BTC_USDT);
    expect(holding.averagePrice).toBeNaN();
    book(ledger, { amount: dec('2'), price: dec('50.5') });
    expect(cash.totalFloat).toBe(899);
    expect(holding).toMatchObject({ amountFloat: 2, averagePrice: 50.5 });
  });
});

describe('restoreLedger', () => {
  it('goes on where the journal’s rows stopped', () => {
    const ledger = newLedger();
    book(ledger, { amount: dec('1'), price: dec('100') });
    const { position } = holdingOf(ledger, GRID, BTC_USDT);
    const restored = restoreLedger(balancesOf(ledger), [position]);
    for (const one of [ledger, restored]) book(one, { side: 'sell', price: dec('120') });
    expect(balancesOf(restored)).toEqual(balancesOf(ledger));
    expect(holdingOf(restored, GRID, BTC_USDT)).toEqual(holdingOf(ledger, GRID, BTC_USDT));
    expect(toText(accountOf(restored, USDT).opening)).toBe('1000');
    expect(accountOf(restored, USDT).totalFloat).toBe(1020);
  });

  it('knows the average price of a restored position', () => {
    const ledger = newLedger();
    book(ledger, { amount: dec('4'), price: dec('25') });
    const restored = restoreLedger([], [holdingOf(ledger, GRID, BTC_USDT).position]);
    expect(holdingOf(restored, GRID, BTC_USDT)).toMatchObject({ amountFloat: 4, averagePrice: 25 });
  });
});

describe('equity', () => {
  const prices = new Map([
    [USDT, 1],
    [BTC, 110.5],
  ]);

  it('values every asset and names those without a price', () => {
    const ledger = newLedger();
    book(ledger, { amount: dec('1'), price: dec('100') });
    const { value, unpriced } = equity(ledger, (one) => prices.get(one));
    expect(toText(value)).toBe('1010.5');
    expect(unpriced).toEqual([BNB]);
  });

  it('counts a NaN price as none and ignores empty accounts', () => {
    const ledger = createLedger([
      { asset: USDT, amount: dec('5') },
      { asset: BTC, amount: dec('0') },
      { asset: BNB, amount: dec('1') },
    ]);
    const { value, unpriced } = equity(ledger, (one) => (one === USDT ? 1 : Number.NaN));
    expect(toText(value)).toBe('5');
    expect(unpriced).toEqual([BNB]);
  });
});

describe('diffBalances', () => {
  const balance = (name: string, free: string, locked = '0') => ({
    asset: asset(name),
    free: dec(free),
    locked: dec(locked),
  });

  it('finds nothing when free and locked add up exactly, whatever else the account holds', () => {
    const theirs = [balance('USDT', '900', '100'), balance('BNB', '1'), balance('DOGE', '7')];
    expect(diffBalances(newLedger(), theirs)).toEqual([]);
  });

  it('finds a difference in the last digit', () => {
    const theirs = [balance('USDT', '1000.00000001'), balance('BNB', '1')];
    const [only, ...rest] = diffBalances(newLedger(), theirs);
    expect(rest).toEqual([]);
    expect(only?.asset).toBe('USDT');
    expect(toText(only?.difference ?? dec(0))).toBe('0.00000001');
  });

  it('takes an asset that the exchange does not list for zero', () => {
    const [only] = diffBalances(newLedger(), [balance('USDT', '1000')]);
    expect(only).toMatchObject({ asset: 'BNB' });
    expect(toText(only?.difference ?? dec(0))).toBe('-1');
  });
});
