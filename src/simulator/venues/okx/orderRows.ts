/** Orders and fills as OKX shows them, over REST and on the `orders` channel. */
import { hasTrigger, isAtMarket } from '../../engine/types.ts';
import type { AccountTrade, Instrument, Order } from '../../engine/types.ts';
import type { JsonObject } from '../shared/json.ts';
import { clientIdText } from './clientIds.ts';
import type { FillSummary } from './fills.ts';
import { amountText, averageText, instIdOf, lotsText, priceText, timeText } from './text.ts';

/** Why an order ended without being filled, OKX's `cancelSource` and its text. */
const CANCELED_BY_SYSTEM = ['0', 'Order canceled by system'] as const;
const CANCELED_BY_USER = ['1', 'Order canceled by user'] as const;
const FOK_INCOMPLETE = [
  '13',
  'Order canceled: FOK order was canceled due to incompletely filled.',
] as const;
const IOC_INCOMPLETE = [
  '14',
  'Order canceled: IOC order was partially canceled due to incompletely filled.',
] as const;
const WOULD_TAKE = ['31', 'The post-only order will take liquidity in taker orders'] as const;

type OrderState = 'live' | 'partially_filled' | 'filled' | 'canceled';

/** OKX's word for an order's status; what expires is cancelled there. */
export function stateOf({ status }: Order): OrderState {
  if (status === 'NEW') return 'live';
  if (status === 'PARTIALLY_FILLED') return 'partially_filled';
  return status === 'FILLED' ? 'filled' : 'canceled';
}

/** OKX's one word for type and time in force. */
export function orderTypeOf({ type, timeInForce }: Order): string {
  if (isAtMarket(type)) return 'market';
  if (type === 'LIMIT_MAKER') return 'post_only';
  if (timeInForce === 'IOC') return 'ioc';
  return timeInForce === 'FOK' ? 'fok' : 'limit';
}

function cancelSourceOf(order: Order): readonly [source: string, reason: string] {
  if (order.status === 'CANCELED') return CANCELED_BY_USER;
  if (order.status !== 'EXPIRED') return ['', ''];
  if (order.type === 'LIMIT_MAKER') return WOULD_TAKE;
  if (order.timeInForce === 'FOK') return FOK_INCOMPLETE;
  return order.timeInForce === 'IOC' ? IOC_INCOMPLETE : CANCELED_BY_SYSTEM;
}

/** The row of `trade/order` and of the lists of orders. */
export function orderRow(order: Order, fills: FillSummary | undefined): JsonObject {
  const [, cancelSourceReason] = cancelSourceOf(order);
  return {
    ...commonFields(order, fills),
    avgPx: order.filledLots === 0 ? '' : averageOf(order),
    cancelSourceReason,
    ...lastFillFields(fills?.last),
  };
}

/** The row of the `orders` channel: what `fill` is about, or nothing of a fill when the update is about something else. */
export function orderUpdate(
  order: Order,
  fills: FillSummary | undefined,
  update: {
    readonly fill: AccountTrade | undefined;
    readonly lastPx: string;
    /** It is about a change of price or size that the user asked for. */
    readonly isAmended: boolean;
  },
): JsonObject {
  const { fill } = update;
  return {
    ...commonFields(order, fills),
    amendResult: update.isAmended ? '0' : '',
    amendSource: update.isAmended ? '1' : '',
    avgPx: order.filledLots === 0 ? '0' : averageOf(order),
    code: '0',
    execType: fill === undefined ? '' : execTypeOf(fill),
    fillFee: fill === undefined ? '0' : amountText(-fill.fee),
    fillFeeCcy: fill?.feeAsset ?? '',
    fillNotionalUsd: fill === undefined ? '' : amountText(fill.quote),
    fillPnl: '0',
    lastPx: update.lastPx,
    msg: '',
    notionalUsd: '',
    reqId: '',
    ...lastFillFields(fill),
  };
}

function commonFields(order: Order, fills: FillSummary | undefined): JsonObject {
  const { instrument } = order;
  const [cancelSource] = cancelSourceOf(order);
  return {
    ...sizeFields(order),
    ...originFields(order),
    accFillSz: lotsText(instrument, order.filledLots),
    attachAlgoClOrdId: '',
    attachAlgoOrds: [],
    cTime: timeText(order.workingMs),
    cancelSource,
    category: 'normal',
    ccy: '',
    clOrdId: clientIdText(order.clientOrderId),
    fee: amountText(-(fills?.fee ?? 0n)),
    feeCcy: fills?.last.feeAsset ?? receivedCurrency(order),
    instId: instIdOf(instrument),
    instType: 'SPOT',
    isTpLimit: 'false',
    lever: '',
    linkedAlgoOrd: { algoId: '' },
    ordId: String(order.id),
    ordType: orderTypeOf(order),
    pnl: '0',
    posSide: 'net',
    quickMgnType: '',
    rebate: '0',
    rebateCcy: order.side === 'BUY' ? instrument.quote : instrument.base,
    reduceOnly: 'false',
    side: sideText(order.side),
    slOrdPx: '',
    slTriggerPx: '',
    slTriggerPxType: '',
    state: stateOf(order),
    stpId: '',
    stpMode: '',
    tag: '',
    tdMode: 'cash',
    tpOrdPx: '',
    tpTriggerPx: '',
    tpTriggerPxType: '',
    tradeQuoteCcy: instrument.quote,
    uTime: timeText(order.updatedMs),
  };
}

function sizeFields(order: Order): JsonObject {
  const { instrument, quoteBudget } = order;
  const sz = quoteBudget > 0n ? amountText(quoteBudget) : lotsText(instrument, order.lots);
  if (!isAtMarket(order.type)) return { px: priceText(instrument, order.ticks), sz, tgtCcy: '' };
  return { px: '', sz, tgtCcy: quoteBudget > 0n ? 'quote_ccy' : 'base_ccy' };
}

/** The algo that an order came from. */
function originFields({ type, id, clientOrderId }: Order): JsonObject {
  if (!hasTrigger(type)) return { algoClOrdId: '', algoId: '', source: '' };
  return { algoClOrdId: clientIdText(clientOrderId), algoId: String(id), source: '7' };
}

function lastFillFields(fill: AccountTrade | undefined): JsonObject {
  return {
    fillPx: fill === undefined ? '' : priceText(fill.instrument, fill.ticks),
    fillSz: fill === undefined ? '0' : lotsText(fill.instrument, fill.lots),
    fillTime: fill === undefined ? '' : timeText(fill.timeMs),
    tradeId: fill === undefined ? '' : String(fill.id),
  };
}

function averageOf(order: Order): string {
  return averageText(order.instrument, order.filledQuote, order.filledLots);
}

/** The currency an order receives and pays its fee in. */
function receivedCurrency({ side, instrument }: { side: Order['side']; instrument: Instrument }) {
  return side === 'BUY' ? instrument.base : instrument.quote;
}

function sideText(side: Order['side']): string {
  return side === 'BUY' ? 'buy' : 'sell';
}

function execTypeOf(fill: AccountTrade): 'M' | 'T' {
  return fill.isMaker ? 'M' : 'T';
}

/** A row of `trade/fills`. Fees are negative: what the exchange takes. */
export function fillRow(
  fill: AccountTrade,
  about: { billId: bigint; feeRate: string },
): JsonObject {
  return {
    side: sideText(fill.side),
    fillSz: lotsText(fill.instrument, fill.lots),
    fillPx: priceText(fill.instrument, fill.ticks),
    fillPxVol: '',
    fillFwdPx: '',
    fee: amountText(-fill.fee),
    fillPnl: '0',
    ordId: String(fill.orderId),
    feeRate: about.feeRate,
    instType: 'SPOT',
    fillPxUsd: '',
    instId: instIdOf(fill.instrument),
    clOrdId: clientIdText(fill.clientOrderId),
    posSide: 'net',
    billId: String(about.billId),
    subType: fill.side === 'BUY' ? '1' : '2',
    fillMarkVol: '',
    tag: '',
    fillTime: timeText(fill.timeMs),
    execType: execTypeOf(fill),
    fillIdxPx: '',
    tradeId: String(fill.id),
    fillMarkPx: '',
    feeCcy: fill.feeAsset,
    ts: timeText(fill.timeMs),
    tradeQuoteCcy: fill.instrument.quote,
  };
}
