import { field, listOf, textOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

/** Errors of one order of a batch stand in `data[].sCode`, those of the request in `code`; 1 and 2 only say "see inside". */
function codes(body: unknown): readonly string[] {
  const inside = (listOf(field(body, 'data')) ?? []).map((row) => textOf(field(row, 'sCode')));
  return [...inside, textOf(field(body, 'code'))].filter(
    (code) => code !== undefined && !['0', '1', '2'].includes(code),
  ) as string[];
}

export const okxRules: OrderRules = {
  exchange: 'okx',
  clientId: {
    createParam: 'clientOrderId',
    cancelParam: 'clientOrderId',
    pattern: /^[A-Za-z0-9]{1,32}$/,
    form: 'plain',
    uniqueAmong: 'open orders',
    listed: 'always',
  },
  lookups: [
    { endpoint: 'order', method: 'fetchOrder', answers: 'one', params: { clientOrderId: '{id}' } },
    { endpoint: 'open orders', method: 'fetchOpenOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchClosedOrders', answers: 'list', params: {} },
    { endpoint: 'history', method: 'fetchCanceledOrders', answers: 'list', params: {} },
  ],
  // A timestamp more than 30 s off is refused (50102).
  requestLifetimeMs: 30_000,
  orderParams: {},
  readLagMs: 5_000,
  marketBuy: 'base',
  marketParams: { tgtCcy: 'base_ccy' },
  errors: {
    inSuccess: true,
    codes,
    refused: [
      { code: '50000' }, // body empty
      { code: '50002' }, // JSON syntax
      { code: '50006' }, // content type
      { code: '50014' }, // parameter empty
      { code: '50027' }, // account restricted from trading
      { code: '50102' }, // timestamp expired
      { code: '50103' }, // key header empty
      { code: '50104' }, // passphrase header empty
      { code: '50105' }, // passphrase incorrect
      { code: '50106' }, // signature header empty
      { code: '50107' }, // timestamp header empty
      { code: '50110' }, // IP not on the key's list
      { code: '50111' }, // invalid key
      { code: '50112' }, // invalid timestamp
      { code: '50113' }, // invalid signature
      { code: '50119' }, // key does not exist
      { code: '50120' }, // key lacks the permission
      { code: '51000' }, // parameter error
      { code: '51001' }, // instrument does not exist
      { code: '51004' },
      { code: '51005' }, // amount above the maximum
      { code: '51006' }, // price out of the limits
      { code: '51008' }, // insufficient balance
      { code: '51020' }, // amount below the minimum
      { code: '51101' },
      { code: '51119' }, // insufficient balance
      { code: '51120' }, // quantity too small
      { code: '51121' }, // not a multiple of the lot
      { code: '51127' }, // balance is 0
      { code: '51131' }, // insufficient balance
      { code: '51136' }, // price limits
      { code: '51137' },
      { code: '51138' },
      { code: '51150' }, // price off the tick
      { code: '51129' }, // position limit
      { code: '51174' }, // as many pending orders as there may be
      { code: '51201' }, // value of a market order above the maximum
      { code: '51202' }, // amount of a market order above the maximum
      { code: '51203' }, // amount above the limit
      { code: '51261' }, // as many pending stops as there may be
    ],
    brokenRule: [
      { code: '51005' },
      { code: '51129' },
      { code: '51174' },
      { code: '51201' },
      { code: '51202' },
      { code: '51203' },
      { code: '51020' },
      { code: '51120' },
      { code: '51121' },
      { code: '51150' },
    ],
    crowded: [{ code: '51174' }, { code: '51261' }],
    duplicate: [{ code: '51016' }, { code: '51011' }],
    orderUnknown: [
      { code: '51603' }, // order does not exist
      { code: '51400' }, // cancel: does not exist
      // Documented for spreads only; ccxt knows them of cancels. All they lead to is a look into the history.
      { code: '51401' }, // cancel: cancelled already
      { code: '51402' }, // cancel: completed already
    ],
    cancelRefused: [],
    clock: [{ code: '50102' }, { code: '50112' }],
  },
  sources: [
    'okx.com/docs-v5: Error code, Place order (clOrdId: 1–32 letters and digits, unique among pending orders)',
    'ccxt 4.5.84 okx.js: exceptions, createOrder (batch-orders), fetchOrder',
  ],
  unverified: [
    'expTime, which would bound a request more tightly, has no place in ccxt',
    'cancelled orders without a fill disappear from the history after about two hours (ccxt features daysBackCanceled 0.083)',
  ],
};
