import { describe, expect, it } from '@jest/globals';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { brokenRule } from '../../../../src/core/risk/brokenRule.ts';
import { anInstrument, anIntent } from '../../../builders/orders.ts';

const intent = anIntent({ amount: dec('0.5'), price: dec('100'), referencePrice: dec('100') });
const loose = anInstrument({
  lotSize: dec('0.1'),
  tickSize: dec('0.5'),
  minAmount: dec('0.1'),
  minNotional: dec('10'),
});

describe('the rules of a market', () => {
  it('are kept by an order that was made for them', () => {
    expect(brokenRule(intent, loose)).toBe('');
  });

  it.each([
    ['lot size', { lotSize: dec('0.3') }, 'the amount 0.5 is off the lot size 0.3'],
    ['tick size', { tickSize: dec('7') }, 'the price 100 is off the tick size 7'],
    ['minimum amount', { minAmount: dec('1') }, 'AMOUNT_TOO_SMALL (amount 0.5, minAmount 1)'],
    ['maximum amount', { maxAmount: dec('0.4') }, 'AMOUNT_TOO_LARGE (amount 0.5, maxAmount 0.4)'],
    [
      'minimum notional',
      { minNotional: dec('51') },
      'NOTIONAL_TOO_SMALL (notional 50, minNotional 51)',
    ],
  ])('name the %s when it is broken', (_name, change, words) => {
    expect(brokenRule(intent, { ...loose, ...change })).toBe(words);
  });

  it('look at the trigger of a stop', () => {
    const { price: _none, ...rest } = intent;
    const stop = { ...rest, type: 'stop', trigger: dec('99.25') } as const;
    expect(brokenRule(stop, loose)).toBe('the price 99.25 is off the tick size 0.5');
  });
});
