import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../../src/core/domain/fill.ts';
import type { Position } from '../../../../src/core/domain/position.ts';
import {
  averagePriceOf,
  flatPosition,
  positionAfter,
  unrealisedPnl,
} from '../../../../src/core/ledger/accounting.ts';
import { aFill, anInstrument, BNB, BTC, BTC_USDT, GRID, T0 } from '../../../builders/orders.ts';

const instrument = anInstrument();

function after(...fills: readonly Partial<Fill>[]): Position {
  return fills
    .map(aFill)
    .reduce(
      (position, fill) => positionAfter(position, fill, instrument),
      flatPosition(GRID, BTC_USDT),
    );
}

function numbersOf({ amount, cost, realisedPnl, feesQuote }: Position): Record<string, string> {
  return {
    amount: toText(amount),
    cost: toText(cost),
    realisedPnl: toText(realisedPnl),
    feesQuote: toText(feesQuote),
  };
}

describe('average-cost accounting', () => {
  it('averages two buys and realises a sell against the average', () => {
    const position = after(
      { amount: dec('1'), price: dec('100') },
      { amount: dec('3'), price: dec('80') },
      { side: 'sell', amount: dec('2'), price: dec('90') },
    );
    expect(numbersOf(position)).toEqual({
      amount: '2',
      cost: '170',
      realisedPnl: '10',
      feesQuote: '0',
    });
    expect(averagePriceOf(position)).toBe(85);
    expect(position.fills).toBe(3);
  });

  it('takes a base fee out of the amount and values it at the fill’s price', () => {
    const position = after({
      amount: dec('1'),
      price: dec('100'),
      fee: dec('0.002'),
      feeAsset: BTC,
    });
    expect(numbersOf(position)).toEqual({
      amount: '0.998',
      cost: '100',
      realisedPnl: '0',
      feesQuote: '0.2',
    });
  });

  it('puts a quote fee into the cost of a buy and takes it out of the proceeds of a sell', () => {
    const position = after(
      { amount: dec('1'), price: dec('100'), fee: dec('0.1') },
      { side: 'sell', amount: dec('1'), price: dec('110'), fee: dec('0.11') },
    );
    expect(numbersOf(position)).toEqual({
      amount: '0',
      cost: '0',
      realisedPnl: '9.79',
      feesQuote: '0.21',
    });
  });

  it('leaves a fee in a third asset out of the position', () => {
    const position = after({
      amount: dec('1'),
      price: dec('100'),
      fee: dec('0.01'),
      feeAsset: BNB,
    });
    expect(numbersOf(position)).toMatchObject({ amount: '1', cost: '100', feesQuote: '0' });
  });

  it('takes every part of a fee that is charged in several assets', () => {
    const position = after({
      amount: dec('1'),
      price: dec('100'),
      fee: dec('0.01'),
      feeAsset: BNB,
      moreFees: [
        { asset: BTC, amount: dec('0.001') },
        { asset: instrument.quote, amount: dec('0.2') },
      ],
    });
    expect(numbersOf(position)).toMatchObject({
      amount: '0.999',
      cost: '100.2',
      feesQuote: '0.3',
    });
  });

  it('counts a rebate as a negative fee', () => {
    const position = after({ amount: dec('1'), price: dec('100'), fee: dec('-0.05') });
    expect(numbersOf(position)).toMatchObject({ cost: '99.95', feesQuote: '-0.05' });
  });

  it('loses nothing when the average does not come out even: three thirds make a whole', () => {
    const third = { side: 'sell', amount: dec('1'), price: dec('50') } as const;
    const bought = after(
      { amount: dec('3'), price: dec('33.33') },
      { amount: dec('0.001'), price: dec('7') },
    );
    const sold = [third, third, { ...third, amount: dec('1.001') }]
      .map((fill) => aFill(fill))
      .reduce((position, fill) => positionAfter(position, fill, instrument), bought);
    expect(numbersOf(sold)).toEqual({
      amount: '0',
      cost: '0',
      realisedPnl: toText(dec('50').times('3.001').minus('99.997')),
      feesQuote: '0',
    });
  });

  it('keeps the sum of fills when more is sold than was held', () => {
    const position = after(
      { amount: dec('1'), price: dec('100') },
      { side: 'sell', amount: dec('1.5'), price: dec('100') },
    );
    expect(numbersOf(position)).toMatchObject({ amount: '-0.5', cost: '0', realisedPnl: '50' });
  });
});

describe('when a position is open', () => {
  it('opens with the first fill and keeps that moment', () => {
    const position = after({ at: T0 + 5 }, { at: T0 + 9 });
    expect(position.openedAt).toBe(T0 + 5);
  });

  it('is flat when what is left is less than one order, and opens anew with the next fill', () => {
    const dust = after(
      { amount: dec('1'), fee: dec('0.0005'), feeAsset: BTC, at: T0 },
      { side: 'sell', amount: dec('0.999'), at: T0 + 1 },
    );
    expect(toText(dust.amount)).toBe('0.0005');
    expect(dust.openedAt).toBeUndefined();
    expect(averagePriceOf(dust)).toBeNaN();
    const again = positionAfter(dust, aFill({ at: T0 + 7 }), instrument);
    expect(again.openedAt).toBe(T0 + 7);
  });
});

describe('unrealisedPnl', () => {
  it('is the value at a price above what was paid', () => {
    expect(toText(unrealisedPnl(after({ amount: dec('2') }), 101.5))).toBe('3');
  });
});
