/** The stub exchange's account: every order is filled at its limit price, without fees. */
import { dec, toText, type Decimal } from '../../src/core/domain/decimal.ts';

const OPENING_USDT = dec('1000000');
const TRADES_PER_PAGE = 1_000;

export class StubBooks {
  readonly #balances = new Map<string, Decimal>([['USDT', OPENING_USDT]]);
  readonly #trades: { readonly symbol: string; readonly id: number }[] = [];
  #nextId = 1;

  /** Answers `POST /api/v3/order` in full. */
  fill(params: URLSearchParams, atMs: number): unknown {
    const text = (name: string): string => params.get(name) ?? '';
    const [symbol, side, price, qty] = [
      text('symbol'),
      text('side'),
      text('price'),
      text('quantity'),
    ];
    const id = this.#nextId;
    this.#nextId += 1;
    const quoteQty = toText(dec(price).mul(qty));
    const sign = side === 'BUY' ? 1 : -1;
    this.#add(symbol.replace('USDT', ''), dec(qty).mul(sign));
    this.#add('USDT', dec(quoteQty).mul(-sign));
    const fee = { commission: '0', commissionAsset: 'USDT' };
    const isBuyer = side === 'BUY';
    const trade = { symbol, id, orderId: id, orderListId: -1, price, qty, quoteQty, ...fee };
    const flags = { time: atMs, isBuyer, isMaker: false, isBestMatch: true };
    this.#trades.push({ ...trade, ...flags });
    return {
      symbol,
      orderId: id,
      orderListId: -1,
      clientOrderId: text('newClientOrderId'),
      transactTime: atMs,
      price,
      origQty: qty,
      executedQty: qty,
      origQuoteOrderQty: '0',
      cummulativeQuoteQty: quoteQty,
      status: 'FILLED',
      timeInForce: 'GTC',
      type: text('type'),
      side,
      workingTime: atMs,
      selfTradePreventionMode: 'NONE',
      fills: [{ price, qty, ...fee, tradeId: id }],
    };
  }

  /** Answers `GET /api/v3/myTrades`. */
  trades(symbol: string, fromId: number): unknown {
    const wanted = this.#trades.filter((trade) => trade.symbol === symbol && trade.id >= fromId);
    return fromId > 0 ? wanted.slice(0, TRADES_PER_PAGE) : wanted.slice(-TRADES_PER_PAGE);
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
