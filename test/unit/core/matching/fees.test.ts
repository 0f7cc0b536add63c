import { describe, expect, it } from '@jest/globals';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import type { Liquidity } from '../../../../src/core/domain/fill.ts';
import type { Side } from '../../../../src/core/domain/order.ts';
import { feeOf, type FeeAsset } from '../../../../src/core/matching/fees.ts';
import { anInstrument } from '../../../builders/orders.ts';

const instrument = anInstrument({ makerFee: dec('0.001'), takerFee: dec('0.002') });

describe('feeOf', () => {
  it.each<[Side, Liquidity, FeeAsset, string]>([
    ['buy', 'maker', 'received', '0.000123 BTC'],
    ['buy', 'taker', 'received', '0.000246 BTC'],
    ['sell', 'maker', 'received', '0.0123 USDT'],
    ['sell', 'taker', 'received', '0.0246 USDT'],
    ['buy', 'maker', 'quote', '0.0123 USDT'],
    ['sell', 'maker', 'quote', '0.0123 USDT'],
    ['buy', 'unknown', 'received', '0.000246 BTC'],
  ])('charges a %s as %s, fee in %s: %s', (side, liquidity, feeIn, text) => {
    const execution = { side, liquidity, price: dec('100'), amount: dec('0.123') };
    const fee = feeOf(execution, instrument, feeIn);
    expect(`${toText(fee.amount)} ${fee.asset}`).toBe(text);
  });

  it('is exact to the last digit', () => {
    const execution = {
      side: 'sell',
      liquidity: 'taker',
      price: dec('64123.45'),
      amount: dec('0.01234'),
    } as const;
    expect(toText(feeOf(execution, instrument, 'received').amount)).toBe('1.582566746');
  });
});
