/**
 * Binance's private stream from parsed frames: `executionReport` carries both the state of an order and the execution
 * itself, so nothing is merged on the way (ccxt's watchOrders keeps only the last state of a burst).
 */
import { isAboveZero, type Decimal } from '../../../core/domain/decimal.ts';
import type { Balance, Fill } from '../../../core/domain/fill.ts';
import { asset, clientOrderId, exchangeOrderId, tradeId } from '../../../core/domain/ids.ts';
import type { ClientOrderId, MarketSymbol } from '../../../core/domain/ids.ts';
import type { OrderReport, ReportedStatus, Side } from '../../../core/domain/order.ts';
import { decimalOf, field, listOf, millisOf, textOf } from '../values.ts';
import type { FrameReader, SymbolOf, UserFrameSink } from './quirks.ts';

/** Binance's words for the state of an order. */
export const STATUS: Readonly<Record<string, ReportedStatus>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'closed',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
  REJECTED: 'rejected',
};

/** A frame without one of its fields is no news: the next poll brings what it was about. */
interface Report {
  readonly report: NamedReport;
  readonly fill: Fill | undefined;
}

/** Every order here has a client id: the exchange makes one up where there was none. */
type NamedReport = OrderReport & { readonly clientOrderId: ClientOrderId };

/** `g`: the list it belongs to, −1 for none. */
function termsIn(frame: unknown): Pick<OrderReport, 'terms'> {
  const side = SIDES[textOf(field(frame, 'S')) ?? ''];
  const [amount, price] = [decimalOf(field(frame, 'q')), decimalOf(field(frame, 'p'))];
  if (side === undefined || amount === undefined) return {};
  const listId = textOf(field(frame, 'g'));
  return {
    terms: {
      ...{ side, amount },
      ...(price !== undefined && isAboveZero(price) && { price }),
      ...(listId !== undefined && listId !== '-1' && { listId }),
    },
  };
}

const SIDES: Readonly<Record<string, Side>> = { BUY: 'buy', SELL: 'sell' };

function readReport(frame: unknown, symbolOf: SymbolOf): Report | undefined {
  const text = (key: string): string => textOf(field(frame, key)) ?? '';
  const symbol = symbolOf(text('s'));
  const status = STATUS[text('X')];
  // On a cancel `c` is the id of the cancel request, and `C` the order's own.
  const ours = clientOrderId(text('C') === '' ? text('c') : text('C'));
  const theirs = exchangeOrderId(text('i'));
  const filled = decimalOf(field(frame, 'z'));
  const at = millisOf(field(frame, 'T'));
  if (ours === '' || theirs === '') return undefined;
  if (symbol === undefined || status === undefined || filled === undefined || at === undefined)
    return undefined;
  const report: NamedReport = {
    clientOrderId: ours,
    exchangeOrderId: theirs,
    symbol,
    status,
    filled,
    at,
    fills: [],
    ...termsIn(frame),
  };
  return { report, fill: text('x') === 'TRADE' ? readFill(frame, report, symbol) : undefined };
}

function readFill(frame: unknown, report: NamedReport, symbol: MarketSymbol): Fill | undefined {
  const positive = (key: string): Decimal | undefined => {
    const value = decimalOf(field(frame, key));
    return value?.gt(0) === true ? value : undefined;
  };
  const id = textOf(field(frame, 't'));
  const side = textOf(field(frame, 'S'));
  const amount = positive('l');
  const price = positive('L');
  const fee = decimalOf(field(frame, 'n'));
  const feeAsset = textOf(field(frame, 'N'));
  if (id === undefined || (side !== 'BUY' && side !== 'SELL') || amount === undefined)
    return undefined;
  if (price === undefined || fee === undefined || feeAsset === undefined) return undefined;
  return {
    tradeId: tradeId(id),
    symbol,
    exchangeOrderId: report.exchangeOrderId,
    clientOrderId: report.clientOrderId,
    side: side === 'BUY' ? 'buy' : 'sell',
    price,
    amount,
    fee,
    feeAsset: asset(feeAsset),
    liquidity: field(frame, 'm') === true ? 'maker' : 'taker',
    at: report.at,
  };
}

function readBalances(frame: unknown): readonly Balance[] {
  const balances: Balance[] = [];
  for (const row of listOf(field(frame, 'B')) ?? []) {
    const name = textOf(field(row, 'a'));
    const free = decimalOf(field(row, 'f'));
    const locked = decimalOf(field(row, 'l'));
    if (name !== undefined && free !== undefined && locked !== undefined)
      balances.push({ asset: asset(name), free, locked });
  }
  return balances;
}

/** An execution goes out before the order's state that counts it: otherwise the fill would look missing for a moment. */
export function readUserFrames(symbolOf: SymbolOf, sink: UserFrameSink): FrameReader {
  const onReport = (event: unknown): void => {
    const read = readReport(event, symbolOf);
    if (read?.fill !== undefined) sink.fill(read.fill);
    if (read !== undefined) sink.report(read.report);
  };
  const onBalances = (event: unknown): void => {
    const at = millisOf(field(event, 'E'));
    const balances = readBalances(event);
    if (at !== undefined && balances.length > 0) sink.balances(balances, at);
  };
  const onEvent = (event: unknown, name: unknown): boolean => {
    switch (name) {
      case 'executionReport':
        onReport(event);
        return true;
      case 'outboundAccountPosition':
        onBalances(event);
        return true;
      case 'eventStreamTerminated':
      case 'serverShutdown':
        sink.ended(name);
        return true;
      default:
        return false;
    }
  };
  return (message) => {
    // Events come wrapped: `{"subscriptionId":0,"event":{"e":"executionReport",…}}`.
    const event = field(message, 'event') ?? message;
    if (field(field(message, 'result'), 'subscriptionId') !== undefined) sink.subscribed();
    return onEvent(event, field(event, 'e'));
  };
}
