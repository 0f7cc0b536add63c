import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dec, sumOf, toText, ZERO } from '../../../../src/core/domain/decimal.ts';
import type { ControlEvent } from '../../../../src/core/domain/events.ts';
import type { Balance } from '../../../../src/core/domain/fill.ts';
import type { Asset } from '../../../../src/core/domain/ids.ts';
import type { EngineState } from '../../../../src/core/engine/state.ts';
import { step } from '../../../../src/core/engine/step.ts';
import { createLedger } from '../../../../src/core/ledger/ledger.ts';
import { anEngine } from '../../../builders/engine.ts';
import { BNB, BTC, BTC_USDT, T0, USDT } from '../../../builders/orders.ts';

const has = (asset: Asset, free: string, locked = '0'): Balance => ({
  asset,
  free: dec(free),
  locked: dec(locked),
});

function aBook() {
  return anEngine({
    ledger: createLedger([
      { asset: USDT, amount: dec('10000') },
      { asset: BTC, amount: dec('1') },
      { asset: BNB, amount: dec('5') },
    ]),
  }).state;
}

/** A fee in BNB, as a fill brings it. */
function applyFee({ ledger }: EngineState, fee: string): void {
  const account = ledger.accounts.get(BNB);
  if (account) account.total = account.total.minus(fee);
}

const said = (state: EngineState) => state.out.notes.map(({ code, inputs }) => ({ code, inputs }));
const codes = (state: EngineState) => state.out.notes.map(({ code }) => code);
const reasonOf = (state: EngineState) => state.markets.get(BTC_USDT)?.haltReason;

const balance = (...balances: Balance[]) => ({ kind: 'balance', at: T0, balances }) as const;
const adopting = (balances: Balance[], changes: Partial<ControlEvent> = {}) =>
  ({
    kind: 'control',
    at: T0,
    action: 'adopt',
    balances,
    reason: 'topped up',
    ...changes,
  }) as const;

describe('balances that drift', () => {
  it('halt the markets of the asset, with both numbers in words, and keep that in the flags', () => {
    const state = aBook();
    step(state, balance(has(USDT, '9990', '5'), has(BTC, '1'), has(BNB, '5')));
    expect(codes(state)).toEqual(['BALANCE_DRIFT', 'HALT']);
    expect(reasonOf(state)).toBe('the exchange says 9995 USDT, the ledger says 10000');
    expect(state.out.flags).toBe(true);
  });

  it('are noted once more without a second halt, and the first reason stays', () => {
    const state = aBook();
    step(state, balance(has(USDT, '9995'), has(BTC, '1'), has(BNB, '5')));
    step(state, balance(has(USDT, '10000'), has(BTC, '2'), has(BNB, '5')));
    expect(codes(state)).toEqual(['BALANCE_DRIFT']);
    expect(reasonOf(state)).toContain('9995 USDT');
  });

  it('halt nothing when the asset is none of a traded market', () => {
    const state = aBook();
    applyFee(state, '0.1');
    step(state, balance(has(USDT, '10000'), has(BTC, '1'), has(BNB, '4')));
    expect(codes(state)).toEqual(['BALANCE_DRIFT']);
    expect(reasonOf(state)).toBe('');
  });

  it('are none in an asset that no market trades and no fill has moved', () => {
    const state = aBook();
    step(state, balance(has(USDT, '10000'), has(BTC, '1'), has(BNB, '4')));
    expect(codes(state)).toEqual([]);
  });

  it('are none when fees were taken in a third asset, as the exchange says too', () => {
    const state = aBook();
    applyFee(state, '0.1');
    step(state, balance(has(USDT, '10000'), has(BTC, '1'), has(BNB, '4.9')));
    expect(codes(state)).toEqual([]);
  });

  it('mean nothing while they agree', () => {
    const state = aBook();
    expect(step(state, balance(has(USDT, '1', '9999'), has(BTC, '1'), has(BNB, '5'))).used).toBe(
      false,
    );
  });
});

describe('adopting balances', () => {
  it('books each difference as a deposit or a withdrawal, with a note and an entry', () => {
    const state = aBook();
    step(state, adopting([has(USDT, '10250'), has(BTC, '0.4'), has(BNB, '5')]));
    expect(said(state)).toEqual([
      {
        code: 'DEPOSIT_ADOPTED',
        inputs: { amount: '250', asset: 'USDT', balance: '10250', reason: 'topped up' },
      },
      {
        code: 'WITHDRAWAL_ADOPTED',
        inputs: { amount: '0.6', asset: 'BTC', balance: '0.4', reason: 'topped up' },
      },
    ]);
    expect(state.out.transfers.map(({ asset, amount }) => [asset, toText(amount)])).toEqual([
      ['USDT', '250'],
      ['BTC', '-0.6'],
    ]);
    expect(state.out.balances.map(({ asset, total }) => [asset, toText(total)])).toEqual([
      ['USDT', '10250'],
      ['BTC', '0.4'],
    ]);
  });

  it('of one market leaves every other asset as it is', () => {
    const state = aBook();
    step(state, adopting([has(USDT, '10000'), has(BTC, '2'), has(BNB, '9')], { symbol: BTC_USDT }));
    expect(state.out.transfers.map(({ asset }) => asset)).toEqual(['BTC']);
  });

  it('does not lift a halt by itself, and of an unknown market does nothing', () => {
    const state = aBook();
    const drifted = [has(USDT, '9000'), has(BTC, '1'), has(BNB, '5')];
    step(state, balance(...drifted));
    step(state, adopting(drifted, { symbol: 'ETH/USDT' as typeof BTC_USDT }));
    expect(state.out.used).toBe(false);
    step(state, adopting(drifted));
    expect(reasonOf(state)).not.toBe('');
    step(state, { kind: 'control', at: T0, action: 'unhalt', symbol: BTC_USDT, reason: 'seen' });
    expect([reasonOf(state), codes(state)]).toEqual(['', ['UNHALT']]);
  });

  it('keeps opening + deposited = total for any run of adoptions, and then nothing differs', () => {
    const amounts = fc.array(fc.tuple(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(100)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(amounts, (rounds) => {
        const state = aBook();
        const transfers: { asset: Asset; amount: ReturnType<typeof dec> }[] = [];
        for (const [usdt, btc, bnb] of rounds) {
          const balances = [
            has(USDT, `${usdt}.01`),
            has(BTC, `0.${String(btc).padStart(7, '0')}`),
            has(BNB, String(bnb)),
          ];
          step(state, adopting(balances));
          transfers.push(...state.out.transfers);
          expect(step(state, balance(...balances)).used).toBe(false);
        }
        for (const account of state.ledger.accounts.values()) {
          const own = transfers.filter(({ asset }) => asset === account.asset);
          expect(toText(account.deposited)).toBe(toText(sumOf(own.map(({ amount }) => amount))));
          expect(toText(account.opening.plus(account.deposited))).toBe(toText(account.total));
          expect(own.every(({ amount }) => !amount.eq(ZERO))).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
