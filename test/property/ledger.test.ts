import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, sumOf, toText, type Decimal } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import { asset, intentId } from '../../src/core/domain/ids.ts';
import {
  accountOf,
  applyFill,
  balancesOf,
  createLedger,
  holdingOf,
  restoreLedger,
} from '../../src/core/ledger/ledger.ts';
import { aFill, anInstrument, BNB, BTC, BTC_USDT, GRID, USDT } from '../builders/orders.ts';

const instrument = anInstrument();

const cents = (max: number): fc.Arbitrary<Decimal> =>
  fc.integer({ min: 1, max }).map((value) => dec(value).times('0.001'));

const GT = asset('GT');
const aFee = fc.integer({ min: -3, max: 20 }).map((value) => dec(value).times('0.00001'));

const fillOf: fc.Arbitrary<Fill> = fc
  .record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    price: cents(90_000_000),
    amount: cents(50_000),
    feeAsset: fc.constantFrom(BTC, USDT, BNB),
    fee: aFee,
    moreFees: fc.uniqueArray(
      fc.record({ asset: fc.constantFrom(BTC, USDT, BNB, GT), amount: aFee }),
      {
        maxLength: 3,
        selector: (fee) => fee.asset,
      },
    ),
  })
  .map(({ moreFees, ...parts }) =>
    aFill({ ...parts, moreFees: moreFees.filter((fee) => fee.asset !== parts.feeAsset) }),
  );

/** Everything charged in one asset, found without the code under test. */
const charged = (all: readonly Fill[], name: string): Decimal =>
  sumOf(
    all.flatMap(({ fee, feeAsset, moreFees = [] }) =>
      [{ asset: feeAsset, amount: fee }, ...moreFees]
        .filter((part) => part.asset === name)
        .map(({ amount }) => amount),
    ),
  );

const fills = fc.array(fillOf, { minLength: 1, maxLength: 25 });

function bookAll(all: readonly Fill[]) {
  const ledger = createLedger([{ asset: USDT, amount: dec('1000.01') }]);
  for (const fill of all) {
    applyFill(ledger, { fill, strategyId: GRID, intentId: intentId('test-1') }, instrument);
  }
  return ledger;
}

const signed = ({ side, amount }: Fill): Decimal => (side === 'buy' ? amount : amount.neg());

describe('the ledger', () => {
  it('conserves every asset: opening + trades − fees, to the last digit', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const ledger = bookAll(all);
        const feesIn = (name: string): Decimal => charged(all, name);
        const expected = {
          BTC: sumOf(all.map(signed)).minus(feesIn('BTC')),
          USDT: dec('1000.01')
            .minus(sumOf(all.map((fill) => signed(fill).times(fill.price))))
            .minus(feesIn('USDT')),
          BNB: feesIn('BNB').neg(),
          GT: feesIn('GT').neg(),
        };
        expect(toText(accountOf(ledger, BTC).total)).toBe(toText(expected.BTC));
        expect(toText(accountOf(ledger, USDT).total)).toBe(toText(expected.USDT));
        expect(toText(accountOf(ledger, BNB).total)).toBe(toText(expected.BNB));
        expect(toText(accountOf(ledger, GT).total)).toBe(toText(expected.GT));
      }),
    );
  });

  it('holds as a position exactly what was bought less what was sold and charged in base', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { position } = holdingOf(bookAll(all), GRID, BTC_USDT);
        const inBase = charged(all, BTC);
        expect(toText(position.amount)).toBe(toText(sumOf(all.map(signed)).minus(inBase)));
        expect(position.fills).toBe(all.length);
      }),
    );
  });

  it('splits what was paid into cost left and profit, losing nothing: cash out = cost − realised', () => {
    fc.assert(
      fc.property(fills, (all) => {
        const { position } = holdingOf(bookAll(all), GRID, BTC_USDT);
        const paid = sumOf(
          all.map((fill) =>
            signed(fill)
              .times(fill.price)
              .plus(charged([fill], USDT)),
          ),
        );
        expect(toText(position.cost.minus(position.realisedPnl))).toBe(toText(paid));
      }),
    );
  });

  it('goes on from its journalled rows as if it had never stopped', () => {
    fc.assert(
      fc.property(fills, fills, (before, after) => {
        const through = bookAll([...before, ...after]);
        const stopped = bookAll(before);
        const resumed = restoreLedger(balancesOf(stopped), [
          holdingOf(stopped, GRID, BTC_USDT).position,
        ]);
        for (const fill of after) {
          applyFill(resumed, { fill, strategyId: GRID, intentId: intentId('test-1') }, instrument);
        }
        expect(balancesOf(resumed)).toEqual(balancesOf(through));
        expect(holdingOf(resumed, GRID, BTC_USDT)).toEqual(holdingOf(through, GRID, BTC_USDT));
      }),
    );
  });
});
