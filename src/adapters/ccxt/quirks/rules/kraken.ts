import { field, listOf } from '../../values.ts';
import type { OrderRules } from '../orderRules.ts';

/** Texts such as `EOrder:Insufficient funds`; a text may go on with details after another colon. */
function codes(body: unknown): readonly string[] {
  const texts = (listOf(field(body, 'error')) ?? []).filter((text) => typeof text === 'string');
  return texts.flatMap((text) => [text, text.split(':').slice(0, 2).join(':')]);
}

export const krakenRules: OrderRules = {
  exchange: 'kraken',
  clientId: {
    createParam: 'clientOrderId',
    cancelParam: 'clientOrderId',
    // Or a UUID; free text is the form that all exchanges share.
    pattern: /^[A-Za-z0-9]{1,18}$/,
    form: 'plain',
    uniqueAmong: 'open orders',
    listed: 'always',
    streamField: 'cl_ord_id',
  },
  // fetchOrder would send our id as `userref`, another field.
  lookups: [
    {
      endpoint: 'open orders',
      method: 'fetchOpenOrders',
      answers: 'list',
      params: { clientOrderId: '{id}' },
    },
    {
      endpoint: 'history',
      method: 'fetchClosedOrders',
      answers: 'list',
      params: { clientOrderId: '{id}' },
    },
  ],
  // The parameter `deadline` bounds it; without it a request waits 60 s at most.
  requestLifetimeMs: 60_000,
  // The fee in quote: by default it is taken from what is received, and the list of trades states every fee in quote.
  orderParams: { oflags: 'fciq' },
  readLagMs: 5_000,
  marketBuy: 'base',
  marketParams: {},
  errors: {
    inSuccess: true,
    codes,
    refused: [
      { code: 'EAPI:Invalid key' },
      { code: 'EAPI:Invalid signature' },
      { code: 'EAPI:Invalid nonce' },
      { code: 'EGeneral:Permission denied' },
      { code: 'EGeneral:Invalid arguments' },
      { code: 'EQuery:Unknown asset pair' },
      { code: 'EQuery:Invalid asset pair' },
      { code: 'EOrder:Insufficient funds' },
      { code: 'EOrder:Order minimum not met' },
      { code: 'EOrder:Cost minimum not met' },
      { code: 'EOrder:Tick size check failed' },
      { code: 'EOrder:Invalid price' },
      { code: 'EOrder:Post only order' },
      { code: 'EOrder:Orders limit exceeded' },
      { code: 'EService:Market in post_only mode' },
      { code: 'EService:Market in cancel_only mode' },
      { code: 'EService:Deadline elapsed' },
    ],
    brokenRule: [
      { code: 'EOrder:Order minimum not met' },
      { code: 'EOrder:Cost minimum not met' },
      { code: 'EOrder:Tick size check failed' },
    ],
    crowded: [],
    duplicate: [
      { code: 'EOrder:Duplicate client order id' },
      { code: 'EOrder:cl_ord_id', text: /unique|duplicate/i },
    ],
    orderUnknown: [{ code: 'EOrder:Unknown order' }],
    cancelRefused: [],
    clock: [{ code: 'EAPI:Invalid nonce' }],
  },
  sources: [
    'docs.kraken.com: Error messages, Client order identifiers (cl_ord_id: unique among open orders of the client), Add order (deadline, oflags)',
    'support.kraken.com: Other order options (fee currency preference: not given where the balance of that currency is zero)',
    'ccxt 4.5.84 kraken.js: exceptions, fetchOrder (userref)',
  ],
  unverified: [
    'the text of the refusal of a duplicate id',
    'how long a request without `deadline` may wait',
    'that two private calls of the same millisecond are told apart: ccxt gives both the same nonce, so one of them is refused',
  ],
};
