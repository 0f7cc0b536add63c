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
    [
      'maximum notional',
      { maxNotional: dec('49') },
      'NOTIONAL_TOO_LARGE (notional 50, maxNotional 49)',
    ],
    [
      'highest price',
      { maxPrice: dec('99') },
      'PRICE_OUT_OF_RANGE (price 100, lowest 0, highest 99)',
    ],
  ])('name the %s when it is broken', (_name, change, words) => {
    expect(brokenRule(intent, { ...loose, ...change })).toBe(words);
  });

  it('bind orders at the market, stops among them, by the market maximum', () => {
    const { price: _none, ...rest } = intent;
    const rules = { ...loose, marketMaxAmount: dec('0.4'), marketLotSize: dec('0.2') };
    const words = 'the amount 0.5 is off the lot size 0.2';
    expect(brokenRule({ ...rest, type: 'market' }, rules)).toBe(words);
    const even = { ...rest, amount: dec('0.6') };
    const tooMuch = 'AMOUNT_TOO_LARGE (amount 0.6, maxAmount 0.4)';
    expect(brokenRule({ ...even, type: 'market' }, rules)).toBe(tooMuch);
    expect(brokenRule({ ...even, type: 'stop', trigger: dec('100') }, rules)).toBe(tooMuch);
    expect(brokenRule({ ...even, type: 'limit', price: dec('100') }, rules)).toBe('');
  });

  it('look at the trigger of a stop', () => {
    const { price: _none, ...rest } = intent;
    const stop = { ...rest, type: 'stop', trigger: dec('99.25') } as const;
    expect(brokenRule(stop, loose)).toBe('the price 99.25 is off the tick size 0.5');
  });
});
