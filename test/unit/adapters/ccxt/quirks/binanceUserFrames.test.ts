import { describe, expect, it } from '@jest/globals';
import { readUserFrames } from '../../../../../src/adapters/ccxt/quirks/binanceUserFrames.ts';
import { dec } from '../../../../../src/core/domain/decimal.ts';
import { BTC } from '../../../../builders/ccxt.ts';

const T = 1_704_164_700_000;
const frame = (over = {}) => ({
  subscriptionId: 0,
  event: {
    ...{
      e: 'executionReport',
      E: T + 1,
      s: 'BTCUSDT',
      c: 'x1',
      C: '',
      S: 'SELL',
      x: 'TRADE',
      X: 'FILLED',
      i: '9007199254740993',
    },
    ...{ l: '1', z: '2', L: '3', n: '0.1', N: 'BNB', T, t: 5, m: false },
    ...over,
  },
});

function reading() {
  const told: string[] = [];
  const read = readUserFrames((id) => (id === 'BTCUSDT' ? BTC : undefined), {
    report: ({ status, exchangeOrderId }) => told.push(`report ${status} ${exchangeOrderId}`),
    fill: ({ tradeId, side, fee, feeAsset, liquidity }) =>
      told.push(`fill ${tradeId} ${side} ${fee.toString()} ${feeAsset} ${liquidity}`),
    balances: (balances, at) =>
      told.push(`balances ${balances.map(({ asset }) => asset).join()} ${at - T}`),
    subscribed: () => told.push('subscribed'),
    ended: (reason) => told.push(`ended ${reason}`),
  });
  return { read, told };
}

/** What a frame says the order is. */
function termsOf(over: object): unknown {
  let terms: unknown = 'no report';
  const nothing = (): void => undefined;
  const others = { fill: nothing, balances: nothing, subscribed: nothing, ended: nothing };
  const report = (told: { readonly terms?: unknown }): void => {
    terms = told.terms;
  };
  readUserFrames(() => BTC, { ...others, report })(frame(over));
  return terms;
}

describe('private frames', () => {
  it('tell what an order sells or buys, and of which list it is', () => {
    const sell = { side: 'sell', amount: dec('2') };
    expect(termsOf({ q: '2', p: '0.00', g: -1 })).toEqual(sell);
    expect(termsOf({ q: '2', p: '7.50', g: 9 })).toEqual({
      ...sell,
      price: dec('7.5'),
      listId: '9',
    });
    expect(termsOf({})).toBeUndefined();
  });

  it('tell an execution before the state that counts it, a long order id intact', () => {
    const { read, told } = reading();
    expect(read(frame())).toBe(true);
    expect(told).toEqual(['fill 5 sell 0.1 BNB taker', 'report closed 9007199254740993']);
  });

  it.each([
    ['NEW', 'open'],
    ['PENDING_NEW', 'open'],
    ['PARTIALLY_FILLED', 'open'],
    ['PENDING_CANCEL', 'open'],
    ['FILLED', 'closed'],
    ['CANCELED', 'canceled'],
    ['EXPIRED', 'expired'],
    ['EXPIRED_IN_MATCH', 'expired'],
    ['REJECTED', 'rejected'],
  ])('call %s %s', (status, ours) => {
    const { read, told } = reading();
    read(frame({ x: 'OTHER', X: status }));
    expect(told).toEqual([`report ${ours} 9007199254740993`]);
  });

  it.each([
    ['another market', { s: 'ETHUSDT' }],
    ['a status that nobody documents', { X: 'LIMBO' }],
    ['no order id', { i: undefined }],
    ['no client id', { c: '' }],
    ['no time', { T: undefined }],
  ])('with %s are no news', (_name, over) => {
    const { read, told } = reading();
    expect(read(frame(over))).toBe(true);
    expect(told).toEqual([]);
  });

  it.each([
    ['no fee', { n: null }],
    ['no amount', { l: '0' }],
    ['no trade id', { t: undefined }],
    ['a side that is none', { S: 'X' }],
  ])('with %s tell the state only: the execution is fetched', (_name, over) => {
    const { read, told } = reading();
    read(frame(over));
    expect(told).toEqual(['report closed 9007199254740993']);
  });

  it('tell balances, the login, and the end', () => {
    const { read, told } = reading();
    expect(
      read({
        event: {
          e: 'outboundAccountPosition',
          E: T + 7,
          B: [
            { a: 'BTC', f: '1', l: '0' },
            { a: 'X', f: 'x', l: '0' },
          ],
        },
      }),
    ).toBe(true);
    expect(read({ id: '1', status: 200, result: { subscriptionId: 0 } })).toBe(false);
    expect(read({ event: { e: 'eventStreamTerminated' } })).toBe(true);
    expect(read({ event: { e: 'balanceUpdate' } })).toBe(false);
    expect(told).toEqual(['balances BTC 7', 'subscribed', 'ended eventStreamTerminated']);
  });
});
