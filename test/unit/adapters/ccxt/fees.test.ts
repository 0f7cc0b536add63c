import { describe, expect, it } from '@jest/globals';
import { mergeFees, unifiedFees } from '../../../../src/adapters/ccxt/fees.ts';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { asset } from '../../../../src/core/domain/ids.ts';

const told = (trade: unknown) =>
  unifiedFees(trade)?.map(({ asset: name, amount }) => `${toText(amount)} ${name}`);

describe('the fees of a unified trade', () => {
  it.each([
    [{ fee: { cost: '0.1', currency: 'BTC' } }, ['0.1 BTC']],
    [{ fee: { cost: '-0.1', currency: 'BNB' }, fees: [] }, ['-0.1 BNB']],
    [{ fee: { cost: '0', currency: 'BNB' } }, ['0 BNB']],
    [{ fee: { cost: '0' } }, []],
    [
      {
        fee: { cost: undefined },
        fees: [
          { cost: '0', currency: 'BTC' },
          { cost: '0.2', currency: 'GT' },
        ],
      },
      ['0.2 GT'],
    ],
    [
      {
        fees: [
          { cost: '0.1', currency: 'USDT', rate: '0.001' },
          { cost: '0.2', currency: 'USDT', rate: '0.002' },
          { cost: '5', currency: 'GT' },
        ],
      },
      ['0.3 USDT', '5 GT'],
    ],
  ])('of %j are %j', (trade, fees) => {
    expect(told(trade)).toEqual(fees);
  });

  it.each([
    {},
    { fee: { cost: undefined, currency: undefined }, fees: [] },
    { fee: { cost: '0.1' } },
    { fee: { cost: 'much', currency: 'BTC' } },
    { fees: [{ cost: '0.1', currency: 'BTC' }, { cost: '1' }] },
  ])('of %j are not known', (trade) => {
    expect(unifiedFees(trade)).toBeUndefined();
  });
});

it('parts that cancel each other out leave nothing', () => {
  const GT = asset('GT');
  expect(
    mergeFees([
      { asset: GT, amount: dec('1') },
      { asset: GT, amount: dec('-1') },
    ]),
  ).toEqual([{ asset: GT, amount: dec('0') }]);
});
