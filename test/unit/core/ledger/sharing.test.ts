import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, floorToStep, minOf, sumOf, toText } from '../../../../src/core/domain/decimal.ts';
import { strategyId } from '../../../../src/core/domain/ids.ts';
import { shareOut, type Claim } from '../../../../src/core/ledger/sharing.ts';
import { BTC_USDT, T0 } from '../../../builders/orders.ts';

const claim = (id: string, amount: string, changes: Partial<Claim> = {}): Claim => ({
  strategyId: strategyId(id),
  symbol: BTC_USDT,
  amount: dec(amount),
  openedAt: T0,
  step: dec('0.001'),
  ...changes,
});

function shares(...[claims, missing, rule]: [readonly Claim[], string, string]): string[] {
  const typed = rule === 'newest' || rule === 'pro-rata' ? rule : strategyId(rule);
  return shareOut(claims, dec(missing), typed).map(
    (share) => `${share.claim.strategyId} ${toText(share.amount)}`,
  );
}

const OLD = claim('old', '1', { openedAt: T0 - 9 });
const NEW = claim('new', '0.5');

describe('what is missing of a coin', () => {
  it('is taken off what was opened last, and off what was opened before only when that is not enough', () => {
    expect(shares([OLD, NEW], '0.4', 'newest')).toEqual(['new 0.4']);
    expect(shares([OLD, NEW], '0.7', 'newest')).toEqual(['old 0.2', 'new 0.5']);
  });

  it('is taken off what is too little to be sold first', () => {
    const dust = claim('dust', '0.0004', { openedAt: undefined });
    expect(shares([OLD, NEW, dust], '0.4', 'newest')).toEqual(['new 0.3996', 'dust 0.0004']);
  });

  it('is shared by size in whole lots, what that leaves going to the newest', () => {
    expect(shares([OLD, NEW], '0.3', 'pro-rata')).toEqual(['old 0.2', 'new 0.1']);
    expect(shares([OLD, NEW], '0.1005', 'pro-rata')).toEqual(['old 0.067', 'new 0.0335']);
  });

  it('is one strategy’s alone when that is said, no more than it has', () => {
    expect(shares([OLD, NEW], '0.3', 'old')).toEqual(['old 0.3']);
    expect(shares([OLD, NEW], '0.7', 'new')).toEqual(['new 0.5']);
    expect(shares([OLD, NEW], '0.7', 'nobody')).toEqual([]);
  });

  it('is all shared out, to the last digit, whatever the rule, and nobody loses more than he has', () => {
    const anyClaim = fc.record({
      amount: fc.integer({ min: 1, max: 10 ** 9 }),
      openedAt: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
      step: fc.constantFrom('0.001', '0.1', '0.00000001'),
    });
    fc.assert(
      fc.property(
        fc.array(anyClaim, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 4 * 10 ** 9 }),
        fc.constantFrom('newest' as const, 'pro-rata' as const),
        (raw, units, rule) => {
          const claims = raw.map(({ amount, step, openedAt }, index) =>
            claim(`s${index}`, dec(amount).times('0.00000001').toString(), {
              step: dec(step),
              openedAt,
            }),
          );
          const missing = dec(units).times('0.00000001');
          const found = shareOut(claims, missing, rule);
          const total = sumOf(claims.map(({ amount }) => amount));
          expect(toText(sumOf(found.map(({ amount }) => amount)))).toBe(
            toText(minOf(missing, total)),
          );
          for (const { claim: of, amount } of found) {
            expect(amount.gt(0) && amount.lte(of.amount)).toBe(true);
          }
        },
      ),
    );
  });

  it('leaves, shared by size, all but one with whole lots of it', () => {
    const claims = [claim('a', '0.123'), claim('b', '2.456'), claim('c', '0.777')];
    const odd = shareOut(claims, dec('0.98765'), 'pro-rata').filter(
      ({ amount, claim: of }) => !floorToStep(amount, of.step).eq(amount),
    );
    expect(odd).toHaveLength(1);
  });
});
