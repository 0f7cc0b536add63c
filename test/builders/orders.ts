/** Trading nouns for tests of risk, orders, ledger and matching: sensible defaults, each field replaceable. */
import { dec, ZERO } from '../../src/core/domain/decimal.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import {
  asset,
  clientOrderId,
  exchangeOrderId,
  intentId,
  marketSymbol,
  strategyId,
  tradeId,
  type ClientOrderId,
} from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { ApprovedOrder, OrderIntent, OrderReport } from '../../src/core/domain/order.ts';

export const BTC_USDT = marketSymbol('BTC/USDT');
export const BTC = asset('BTC');
export const USDT = asset('USDT');
export const BNB = asset('BNB');
export const GRID = strategyId('grid');

/** 2024-01-01T00:00:00Z. */
export const T0 = 1_704_067_200_000;

export function anInstrument(changes: Partial<Instrument> = {}): Instrument {
  return {
    symbol: BTC_USDT,
    base: BTC,
    quote: USDT,
    tickSize: dec('0.01'),
    lotSize: dec('0.001'),
    minAmount: dec('0.001'),
    minNotional: dec('5'),
    makerFee: dec('0.001'),
    takerFee: dec('0.002'),
    triggers: 'none',
    ...changes,
  };
}

/** A buy of 1 at 100, limit. */
export function anIntent(changes: Partial<OrderIntent> = {}): OrderIntent {
  return {
    intentId: intentId('test-1'),
    clientOrderId: clientOrderId('xaaaaaaaaaaaaaaaaa'),
    sequence: 1,
    strategyId: GRID,
    symbol: BTC_USDT,
    side: 'buy',
    type: 'limit',
    purpose: 'entry',
    price: dec('100'),
    amount: dec('1'),
    referencePrice: dec('100'),
    reason: 'TEST',
    inputs: {},
    tag: '',
    createdAt: T0,
    ...changes,
  };
}

/** The n-th intent, with ids of its own, as risk would have approved it. */
export function anApproved(n: number, changes: Partial<OrderIntent> = {}): ApprovedOrder {
  const intent = anIntent({
    intentId: intentId(`test-${n}`),
    clientOrderId: clientOrderId(`x${String(n).padStart(17, 'a')}`),
    sequence: n,
    ...changes,
  });
  return intent as ApprovedOrder;
}

/** A market order of the n-th intent. */
export function aMarketOrder(n: number, changes: Partial<OrderIntent> = {}): ApprovedOrder {
  const { price: _none, ...intent } = anApproved(n, { type: 'market', ...changes });
  return intent;
}

/** A full fill of `anIntent`, without fee. */
export function aFill(changes: Partial<Fill> = {}): Fill {
  return {
    tradeId: tradeId('t1'),
    symbol: BTC_USDT,
    exchangeOrderId: exchangeOrderId('e1'),
    clientOrderId: clientOrderId('xaaaaaaaaaaaaaaaaa'),
    side: 'buy',
    price: dec('100'),
    amount: dec('1'),
    fee: ZERO,
    feeAsset: USDT,
    liquidity: 'maker',
    at: T0 + 1_000,
    ...changes,
  };
}

export function aReport(
  changes: Partial<OrderReport> = {},
): OrderReport & { readonly clientOrderId: ClientOrderId } {
  return {
    clientOrderId: clientOrderId('xaaaaaaaaaaaaaaaaa'),
    exchangeOrderId: exchangeOrderId('e1'),
    symbol: BTC_USDT,
    status: 'open',
    filled: ZERO,
    at: T0 + 1_000,
    fills: [],
    ...changes,
  };
}
