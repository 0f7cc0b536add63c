/** The stub exchange's account: every order is filled at its limit price, without fees. */
import { dec, toText, type Decimal } from '../../src/core/domain/decimal.ts';

const OPENING_USDT = dec('1000000');
const TRADES_PER_PAGE = 1_000;
const FEE_ASSET = 'USDT';

interface Trade {
  readonly symbol: string;
  readonly id: number;
  readonly price: string;
  readonly qty: string;
  readonly quoteQty: string;
  readonly time: number;
  readonly isBuyer: boolean;
}

/** What is told of a filled order: on the private stream, and in the answer to the request. */
export interface Filled {
  readonly execution: unknown;
  readonly answer: unknown;
}

export class StubBooks {
  readonly #balances = new Map<string, Decimal>([['USDT', OPENING_USDT]]);
  readonly #trades: Trade[] = [];

  /** Fills the order of a `POST /api/v3/order` in full. */
  fill(params: URLSearchParams, time: number): Filled {
    const text = (name: string): string => params.get(name) ?? '';
    const [symbol, price, qty] = [text('symbol'), text('price'), text('quantity')];
    const isBuyer = text('side') === 'BUY';
    const quoteQty = toText(dec(price).times(qty));
    const id = this.#trades.length + 1;
    const trade = { symbol, id, price, qty, quoteQty, time, isBuyer };
    this.#trades.push(trade);
    const sign = isBuyer ? 1 : -1;
    this.#add(symbol.replace('USDT', ''), dec(qty).times(sign));
    this.#add('USDT', dec(quoteQty).times(-sign));
    const order = {
      id: text('newClientOrderId'),
      side: text('side'),
      type: text('type'),
    };
    return { execution: executionReport(trade, order), answer: orderReply(trade, order) };
  }

  /** Answers `GET /api/v3/myTrades`. */
  trades(symbol: string, fromId: number): unknown {
    const wanted = this.#trades.filter((trade) => trade.symbol === symbol && trade.id >= fromId);
    const page = fromId > 0 ? wanted.slice(0, TRADES_PER_PAGE) : wanted.slice(-TRADES_PER_PAGE);
    return page.map((trade) => ({
      ...trade,
      orderId: trade.id,
      orderListId: -1,
      commission: '0',
      commissionAsset: FEE_ASSET,
      isMaker: false,
      isBestMatch: true,
    }));
  }

  /** Answers `GET /api/v3/account`. */
  account(): unknown {
    const balances = [...this.#balances].map(([asset, amount]) => ({
      asset,
      free: toText(amount),
      locked: '0',
    }));
    const rights = { canTrade: true, canWithdraw: false, canDeposit: true };
    return { accountType: 'SPOT', ...rights, updateTime: 0, balances, permissions: ['SPOT'] };
  }

  #add(asset: string, change: Decimal): void {
    this.#balances.set(asset, (this.#balances.get(asset) ?? dec(0)).plus(change));
  }
}

interface Order {
  readonly id: string;
  readonly side: string;
  readonly type: string;
}

function orderReply(trade: Trade, order: Order): unknown {
  const { symbol, id, price, qty, quoteQty, time } = trade;
  return {
    symbol,
    orderId: id,
    orderListId: -1,
    clientOrderId: order.id,
    transactTime: time,
    price,
    origQty: qty,
    executedQty: qty,
    origQuoteOrderQty: '0',
    cummulativeQuoteQty: quoteQty,
    status: 'FILLED',
    timeInForce: 'GTC',
    type: order.type,
    side: order.side,
    workingTime: time,
    selfTradePreventionMode: 'NONE',
    fills: [{ price, qty, commission: '0', commissionAsset: FEE_ASSET, tradeId: id }],
  };
}

/** Binance's one-letter names: `l`, `L`, `n`, `N`, `t` are of the execution, `z` and `X` of the order. */
function executionReport(trade: Trade, order: Order): unknown {
  const { symbol, id, price, qty, quoteQty, time } = trade;
  return {
    e: 'executionReport',
    E: time,
    s: symbol,
    c: order.id,
    S: order.side,
    o: order.type,
    f: 'GTC',
    q: qty,
    p: price,
    C: '',
    x: 'TRADE',
    X: 'FILLED',
    r: 'NONE',
    i: id,
    l: qty,
    z: qty,
    L: price,
    n: '0',
    N: FEE_ASSET,
    T: time,
    t: id,
    w: false,
    m: false,
    O: time,
    Z: quoteQty,
    Y: quoteQty,
  };
}
