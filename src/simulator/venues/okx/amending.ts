/** `trade/amend-order` and its batch: price and size of an order that rests. */
import { isOpen } from '../../engine/account.ts';
import type { Amendment, Order } from '../../engine/types.ts';
import type { OkxContext } from './context.ts';
import {
  OkxError,
  amendFailed,
  amendedTooLate,
  amendmentRequired,
  cannotAffordAmendment,
  badParameter,
  cancelIdRequired,
} from './errors.ts';
import { readLots, readTicks } from './orderRequest.ts';
import type { Params } from './params.ts';
import type { OrderOperation } from './trading.ts';
import { acknowledgement, findOrder, refusalError } from './trading.ts';

/**
 * Amends an open order by either id. `newSz` includes what is filled. With `cxlOnFail` a refused amendment cancels.
 * Not taken: TP and SL, which orders here do not carry.
 * @throws OkxError 50014, 51000, 51001, 51020, 51022, 51121, 51150, 51407, 51500, 51502, 51503, 51509, 51510.
 */
export const amendOrder: OrderOperation = (context, params, account) => {
  const market = context.directory.of(params);
  if (params.text('ordId') === undefined && params.text('clOrdId') === undefined)
    throw cancelIdRequired();
  const order = findOrder(market, params, account);
  if (order === undefined) throw amendFailed();
  if (!isOpen(order)) throw amendedTooLate(order.status === 'FILLED');
  try {
    amend(context, order, readAmendment(params, order));
  } catch (error) {
    if (error instanceof OkxError && params.text('cxlOnFail') === 'true')
      context.world.cancel(order);
    throw error;
  }
  return acknowledgement(context, order, { reqId: params.text('reqId') ?? '', sMsg: '' });
};

function amend({ world }: OkxContext, order: Order, to: Amendment): void {
  const result = world.amend(order, to);
  if (result.ok) return;
  if (result.refusal === 'INVALID_ORDER') throw badParameter('newSz');
  if (result.refusal === 'INSUFFICIENT_FUNDS') throw cannotAffordAmendment();
  throw refusalError(result, order.instrument, order);
}

/** @throws OkxError 51000, 51020, 51121, 51150, 51500. */
function readAmendment(params: Params, order: Order): Amendment {
  const { instrument } = order;
  const hasPrice = params.text('newPx') !== undefined;
  const hasSize = params.text('newSz') !== undefined;
  if (!hasPrice && !hasSize) throw amendmentRequired();
  return {
    ticks: hasPrice ? readTicks(params, 'newPx', instrument) : order.ticks,
    lots: hasSize ? readLots(params, instrument, 'newSz') : order.lots,
  };
}
