import { describe, expect, it } from '@jest/globals';
import { balancesOf, fillOf, readFill, reportOf } from '../../../../src/adapters/ccxt/reports.ts';
import { dec, ZERO } from '../../../../src/core/domain/decimal.ts';
import { clientOrderId, exchangeOrderId } from '../../../../src/core/domain/ids.ts';
import { BTC } from '../../../builders/ccxt.ts';

const CONTEXT = { symbol: BTC, receivedAt: 99, idForm: 'plain' } as const;
const ORDER = {
  id: '28',
  clientOrderId: 'x1',
  status: 'open',
  filled: '0.10',
  timestamp: 5,
  side: 'buy',
};
const TRADE = { id: '7', price: '1', amount: '2', fee: { cost: '0.001', currency: 'BTC' } };

describe('reportOf', () => {
  it('takes the newest time, or that of receipt', () => {
    expect(reportOf({ ...ORDER, lastUpdateTimestamp: 8, lastTradeTimestamp: 7 }, CONTEXT)?.at).toBe(
      8,
    );
    expect(reportOf({ ...ORDER, timestamp: undefined }, CONTEXT)?.at).toBe(99);
  });

  it('takes our id from the context where the answer carries another', () => {
    expect(reportOf(ORDER, { ...CONTEXT, clientOrderId: clientOrderId('x2') })?.clientOrderId).toBe(
      'x2',
    );
  });

  it.each([
    [{ ...ORDER, status: undefined }, 'open'],
    [{ ...ORDER, status: 'canceling' }, 'open'],
    [{ ...ORDER, status: 'closed' }, 'closed'],
  ])('reads %j as %s', (order, status) => {
    expect(reportOf(order, CONTEXT)).toMatchObject({ status, filled: dec('0.1') });
  });

  it.each([
    { ...ORDER, id: undefined },
    { ...ORDER, id: '' },
    { ...ORDER, status: 'limbo' },
    {},
    'text',
    undefined,
  ])('proves nothing by %j', (order) => {
    expect(reportOf(order, CONTEXT)).toBeUndefined();
  });

  it.each([undefined, '', null])('has no id of ours where the row says %j: made by hand', (id) => {
    const report = reportOf({ ...ORDER, clientOrderId: id }, CONTEXT);
    expect(report).toMatchObject({ exchangeOrderId: '28', status: 'open' });
    expect(report).not.toHaveProperty('clientOrderId');
  });

  it('tells what the order sells or buys, where the row says all of it', () => {
    const terms = (more: object) => reportOf({ ...ORDER, ...more }, CONTEXT)?.terms;
    expect(terms({ amount: '2', price: '5', info: { orderListId: -1 } })).toEqual({
      ...{ side: 'buy', amount: dec('2'), price: dec('5') },
    });
    expect(terms({ amount: '2', price: '0', info: { orderListId: 7 } })).toEqual({
      ...{ side: 'buy', amount: dec('2'), listId: '7' },
    });
    expect(terms({})).toBeUndefined();
    expect(terms({ amount: '2', side: undefined })).toBeUndefined();
  });

  it('carries executions, or none when one is incomplete', () => {
    const fills = (trades: unknown) => reportOf({ ...ORDER, trades }, CONTEXT)?.fills;
    expect(fills([TRADE])).toMatchObject([
      { tradeId: '7', side: 'buy', exchangeOrderId: '28', liquidity: 'taker', at: 5 },
    ]);
    expect(fills([TRADE, { ...TRADE, fee: undefined }])).toEqual([]);
    expect(fills(undefined)).toEqual([]);
  });
});

describe('fillOf', () => {
  it('prefers what the row says', () => {
    const row = { ...TRADE, order: '1', side: 'sell', timestamp: 3, takerOrMaker: 'maker' };
    const fill = fillOf(row, {
      symbol: BTC,
      orderId: exchangeOrderId('2'),
      side: 'buy',
      at: 4,
      liquidity: 'taker',
    });
    expect(fill).toMatchObject({ exchangeOrderId: '1', side: 'sell', at: 3, liquidity: 'maker' });
  });

  it('takes a rebate for a negative fee, and a role that is not told for unknown', () => {
    const fill = fillOf(
      { ...TRADE, order: '1', side: 'sell', timestamp: 3, fee: { cost: '-0.1', currency: 'BNB' } },
      { symbol: BTC },
    );
    expect(fill).toMatchObject({ fee: dec('-0.1'), feeAsset: 'BNB', liquidity: 'unknown' });
  });
});

describe('readFill', () => {
  const row = { ...TRADE, order: '1', side: 'sell', timestamp: 3 };

  it.each([
    [{ ...row, id: '' }, 'no id'],
    [{ ...row, order: undefined }, 'no id of its order'],
    [{ ...row, timestamp: null }, 'no time'],
    [{ ...row, side: 'hold' }, 'no side'],
    [{ ...row, price: '0' }, 'no price'],
    [{ ...row, amount: 'x' }, 'no amount'],
    [{ ...row, fee: { cost: undefined, currency: undefined }, fees: [] }, 'no fee'],
    [{ ...row, fee: { cost: '0.1' } }, 'no fee'],
    [{ ...row, fees: [{ cost: '0.1', currency: 'BTC' }, { currency: 'GT' }] }, 'no fee'],
    ['text', 'no id'],
  ])('says what is missing in %j', (trade, problem) => {
    expect(readFill(trade, { symbol: BTC })).toEqual({ problem });
  });

  it('books every entry of `fees`, and not the first alone', () => {
    const fees = [
      { cost: '0', currency: 'BTC' },
      { cost: '0.0125', currency: 'GT' },
      { cost: '3', currency: 'GATEPOINT' },
    ];
    expect(fillOf({ ...row, fee: { cost: undefined }, fees }, { symbol: BTC })).toMatchObject({
      fee: dec('0.0125'),
      feeAsset: 'GT',
      moreFees: [{ asset: 'GATEPOINT', amount: dec('3') }],
    });
  });

  it('takes nothing charged in no asset for nothing in quote', () => {
    const fill = fillOf({ ...row, fee: { cost: '0' }, fees: [] }, { symbol: BTC });
    expect(fill).toMatchObject({ fee: ZERO, feeAsset: 'USDT' });
    expect(fill).not.toHaveProperty('moreFees');
  });
});

describe('balancesOf', () => {
  it('gives what is not zero', () => {
    const answer = {
      free: { BTC: '0.10', USDT: '0', ETH: '0' },
      used: { BTC: '0', USDT: '5', ETH: '0' },
    };
    expect(balancesOf(answer)).toEqual([
      { asset: 'BTC', free: dec('0.1'), locked: ZERO },
      { asset: 'USDT', free: ZERO, locked: dec('5') },
    ]);
  });

  it('of an empty account is empty', () => {
    expect(balancesOf({ free: { BTC: '0' }, used: { BTC: '0' } })).toEqual([]);
  });

  it.each([{}, { free: {}, used: {} }, { free: { BTC: 'x' } }, 'text', undefined])(
    'is not read out of %j',
    (answer) => {
      expect(() => balancesOf(answer)).toThrow();
    },
  );
});
