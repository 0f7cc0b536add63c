/** OKX's REST endpoints for spot: which there are and who may call them. */
import type { Account } from '../../engine/account.ts';
import type { Json } from '../shared/json.ts';
import { balance, config, tradeFee } from './account.ts';
import { algosHistory, algosPending, orderAlgo } from './algoQueries.ts';
import { cancelAlgo, placeAlgo } from './algoTrading.ts';
import { candles } from './candles.ts';
import { amendOrder } from './amending.ts';
import type { OkxContext } from './context.ts';
import { cancelAllAfter } from './cancelAllAfter.ts';
import { currencies, instruments, priceLimit } from './instruments.ts';
import { books, fullBook, historyTrades, ticker, tickers, trades } from './marketData.ts';
import type { Params } from './params.ts';
import {
  fills,
  fillsHistory,
  order,
  ordersArchive,
  ordersHistory,
  ordersPending,
} from './queries.ts';
import { systemStatus } from './status.ts';
import { timeText } from './text.ts';
import type { OrderOperation } from './trading.ts';
import { cancelOrder, placeOrder } from './trading.ts';

/** What an endpoint does: answers anybody, answers the owner of a key, or changes orders. */
export type Action =
  | {
      readonly access: 'public';
      /** Also answers while the exchange is being worked on. */
      readonly isAlways: boolean;
      readonly handle: (context: OkxContext, params: Params) => Json;
    }
  | {
      readonly access: 'private';
      readonly handle: (context: OkxContext, params: Params, account: Account) => Json;
    }
  | {
      /** Changes something of the account as a whole, as its body says. */
      readonly access: 'command';
      readonly handle: (context: OkxContext, params: Params, account: Account) => Json;
    }
  | { readonly access: 'trade'; readonly isBatch: boolean; readonly operation: OrderOperation };

function open(handle: (context: OkxContext, params: Params) => Json, isAlways = false): Action {
  return { access: 'public', isAlways, handle };
}

function own(handle: (context: OkxContext, params: Params, account: Account) => Json): Action {
  return { access: 'private', handle };
}

function change(operation: OrderOperation, isBatch: boolean): Action {
  return { access: 'trade', isBatch, operation };
}

const PREFIX = '/api/v5/';

const GETS: Readonly<Record<string, Action>> = {
  'system/status': open(systemStatus, true),
  'public/time': open(({ wallNowMs }) => [{ ts: timeText(wallNowMs()) }], true),
  'public/instruments': open(instruments),
  'public/price-limit': open(priceLimit),
  'market/tickers': open(tickers),
  'market/ticker': open(ticker),
  'market/books': open(books),
  'market/books-full': open(fullBook),
  'market/candles': open(candles),
  'market/history-candles': open(candles),
  'market/trades': open(trades),
  'market/history-trades': open(historyTrades),
  'asset/currencies': own(currencies),
  // All money is in the trading account; the funding account is empty.
  'asset/balances': own(() => []),
  'account/balance': own(balance),
  'account/config': own(config),
  'account/trade-fee': own(tradeFee),
  'account/instruments': own(instruments),
  'trade/order': own(order),
  'trade/orders-pending': own(ordersPending),
  'trade/orders-history': own(ordersHistory),
  'trade/orders-history-archive': own(ordersArchive),
  'trade/fills': own(fills),
  'trade/fills-history': own(fillsHistory),
  'trade/order-algo': own(orderAlgo),
  'trade/orders-algo-pending': own(algosPending),
  'trade/orders-algo-history': own(algosHistory),
};

const POSTS: Readonly<Record<string, Action>> = {
  'trade/order': change(placeOrder, false),
  'trade/batch-orders': change(placeOrder, true),
  'trade/cancel-order': change(cancelOrder, false),
  'trade/cancel-batch-orders': change(cancelOrder, true),
  'trade/amend-order': change(amendOrder, false),
  'trade/amend-batch-orders': change(amendOrder, true),
  'trade/cancel-all-after': { access: 'command', handle: cancelAllAfter },
  'trade/order-algo': change(placeAlgo, false),
  'trade/cancel-algos': change(cancelAlgo, true),
};

/** What a request asks for; `WRONG_METHOD` for a path that wants another one, undefined for an unknown path. */
export function actionOf(method: string, path: string): Action | 'WRONG_METHOD' | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const name = path.slice(PREFIX.length);
  const isGet = Object.hasOwn(GETS, name);
  const isPost = Object.hasOwn(POSTS, name);
  if (method === 'GET' && isGet) return GETS[name];
  if (method === 'POST' && isPost) return POSTS[name];
  return isGet || isPost ? 'WRONG_METHOD' : undefined;
}
