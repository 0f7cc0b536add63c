import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { Fill } from '../../../../src/core/domain/fill.ts';
import { workingAmount, workingCost, type Position } from '../../../../src/core/domain/position.ts';
import {
  averagePriceOf,
  costShare,
  flatPosition,
  positionAfter,
  positionAfterTransfer,
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

describe('dust', () => {
  const dustOf = ({ dust }: Position) => dust && { amount: +dust.amount, cost: +dust.cost };
  const buy = { amount: dec('1'), price: dec('100') } as const;
  const sell = (amount: string, price = '100') =>
    ({ side: 'sell', amount: dec(amount), price: dec(price) }) as const;

  it('is what a sale leaves when that is less than one order: flat, and nothing of it at work', () => {
    const position = after(buy, sell('0.9995'));
    expect(position).not.toHaveProperty('openedAt');
    expect(dustOf(position)).toEqual({ amount: 0.0005, cost: 0.05 });
    expect([toText(workingAmount(position)), toText(workingCost(position))]).toEqual(['0', '0']);
    expect(averagePriceOf(position)).toBeNaN();
    // The books have it as before.
    expect(numbersOf(position)).toMatchObject({ amount: '0.0005', cost: '0.05' });
  });

  it('is none while a lot is left, nor of a buy, however small', () => {
    expect(after(buy, sell('0.999'))).not.toHaveProperty('dust');
    expect(after({ amount: dec('0.0005') })).not.toHaveProperty('dust');
    expect(after(buy, sell('1'))).not.toHaveProperty('dust');
    expect(after(buy, sell('1.1'))).not.toHaveProperty('dust');
  });

  it('stays beside what is bought next, which has its own average price, and goes with its sale', () => {
    const held = after(buy, sell('0.9995'), { amount: dec('2'), price: dec('50') });
    expect(dustOf(held)).toEqual({ amount: 0.0005, cost: 0.05 });
    expect([toText(workingAmount(held)), toText(workingCost(held))]).toEqual(['2', '100']);
    expect(averagePriceOf(held)).toBe(50);
    const half = positionAfter(held, aFill(sell('1', '50')), instrument);
    // The sale has taken its share of the cost of all.
    const share = { amount: 0.0005, cost: expect.closeTo(0.0250062, 6) };
    expect(dustOf(half)).toEqual(share);
    expect(averagePriceOf(half)).toBeCloseTo(50.0125, 3);
    const sold = positionAfter(half, aFill(sell('1.0005', '50')), instrument);
    expect(sold).not.toHaveProperty('dust');
    expect(numbersOf(sold)).toMatchObject({ amount: '0', cost: '0' });
  });

  it('shrinks when it is booked away, and is all that is left when that is less than one order', () => {
    const held = after(buy, sell('0.9995'), { amount: dec('2'), price: dec('50') });
    const booked = (amount: string): Position =>
      positionAfterTransfer(
        held,
        {
          strategyId: GRID,
          symbol: BTC_USDT,
          at: T0,
          amount: dec(amount),
          cost: costShare(held, dec(amount).neg()).neg(),
          afterFills: 3,
          cause: 'fees',
          reason: 'test',
        },
        instrument,
      );
    const share = { amount: 0.0005, cost: expect.closeTo(0.0250062, 6) };
    expect(dustOf(booked('-1'))).toEqual(share);
    expect(dustOf(booked('-2.0001'))).toMatchObject({ amount: 0.0004 });
    expect(booked('-2.0001')).not.toHaveProperty('openedAt');
    expect(booked('-2.0005')).not.toHaveProperty('dust');
  });

  it('is never more than the position, over any fills', () => {
    const anyFill = fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      amount: fc.integer({ min: 1, max: 30_000 }).map((n) => dec(n).times('0.0001')),
      price: fc.integer({ min: 1, max: 200 }).map((n) => dec(n)),
    });
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 30 }), (fills) => {
        let position = flatPosition(GRID, BTC_USDT);
        for (const fill of fills) {
          position = positionAfter(position, aFill(fill), instrument);
          const { amount, cost, dust, openedAt } = position;
          if (dust) {
            expect(dust.amount.gt(0) && dust.amount.lte(amount) && dust.cost.lte(cost)).toBe(true);
            expect(workingCost(position).isNegative()).toBe(false);
          }
          // Open means that more is held than any dust.
          if (openedAt !== undefined)
            expect(workingAmount(position).gte(instrument.lotSize)).toBe(true);
        }
      }),
    );
  });
});
