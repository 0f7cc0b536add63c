/** The user of `plimsoll sim`, from what was asked for. */
import { describe, expect, it } from '@jest/globals';
import { accountOf } from '../../../src/compose/simulatorAccount.ts';

describe('the account', () => {
  it('has play money, and pays fees from what it receives, when nothing is said', () => {
    const account = accountOf({});
    expect(account.balances).toEqual({ USDT: '10000' });
    expect(account).not.toHaveProperty('feeAsset');
  });

  it('has the balances and the fee asset asked for', () => {
    const account = accountOf({ balance: ['USDT=50', 'BNB=0.5'], feeAsset: 'BNB/USDT=600.5' });
    expect(account.balances).toEqual({ USDT: '50', BNB: '0.5' });
    expect(account.feeAsset).toEqual({ asset: 'BNB', prices: { USDT: '600.5' } });
  });

  it.each(['USDT', 'USDT=', 'USDT=-1', 'usdt=1', 'USDT=1e3', '=5'])(
    'refuses the balance %s',
    (word) => {
      expect(() => accountOf({ balance: [word] })).toThrow(
        `USAGE: --balance ${word}: expected an asset and an amount, such as BTC=0.5`,
      );
    },
  );

  it.each(['BNB', 'BNB=600', 'BNB/USDT', 'BNB/USDT=0', 'BNB/USDT=x'])(
    'refuses the fee asset %s',
    (word) => {
      expect(() => accountOf({ feeAsset: word })).toThrow(
        `USAGE: --fee-asset ${word}: expected an asset and its price, such as BNB/USDT=600`,
      );
    },
  );
});
