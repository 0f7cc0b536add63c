/**
 * The exchange of a simulation: the real engine and its own truth about our account. It answers requests as `{status, body}`
 * in Binance's codes with ccxt's unified rows, so that production classifies what it would classify; and it can lag,
 * refuse and change its rules. It outlives every process of ours.
 */
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { OrderPair } from '../../src/ports/exchangeGateway.ts';
import type { MarketSymbol } from '../../src/core/domain/ids.ts';
import { filterError } from '../../src/simulator/venues/binance/filters.ts';
import { toText, type Decimal } from '../../src/core/domain/decimal.ts';
import { isOpen, type Account } from '../../src/simulator/engine/account.ts';
import {
  atomsOf,
  formatAtoms,
  formatScaled,
  parseScaled,
} from '../../src/simulator/engine/amounts.ts';
import { Engine } from '../../src/simulator/engine/engine.ts';
import {
  makeInstrument,
  type AccountTrade,
  type Execution,
  type Instrument,
  type Order,
  type OrderRequest,
  type Refusal,
  type Refused,
} from '../../src/simulator/engine/types.ts';
import type { FilterName } from '../../src/simulator/engine/filters.ts';
import { HOUSE_ACCOUNT } from '../../src/simulator/market/feed.ts';
import type { Exact } from './exact.ts';
import { Claims, type ClaimedEnd } from './claims.ts';
import type { Dice } from './dice.ts';
import { SimMarket } from './market.ts';
import { EPOCH_MS } from './clocks.ts';

/** An answer as it leaves the exchange. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** News for the private stream. */
export type UserNews =
  | { readonly kind: 'order'; readonly row: OrderRow; readonly symbol: MarketSymbol }
  | { readonly kind: 'fill'; readonly row: TradeRow; readonly symbol: MarketSymbol };

/** An order as ccxt's unified structure has it. */
export interface OrderRow {
  readonly id: string;
  readonly clientOrderId: string;
  readonly status: string;
  readonly filled: string;
  readonly side: 'buy' | 'sell';
  readonly amount?: string;
  readonly price?: string;
  /** What Binance itself says. */
  readonly info?: { readonly orderListId: number };
  readonly timestamp: number;
  readonly lastUpdateTimestamp: number;
  readonly trades?: readonly TradeRow[];
}

/** An own trade as ccxt's unified structure has it; `clientOrderId` only comes over the stream. */
export interface TradeRow {
  readonly id: string;
  readonly order: string;
  readonly clientOrderId?: string;
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
  readonly fee: { readonly cost: string; readonly currency: string };
  readonly takerOrMaker: 'taker' | 'maker';
  readonly timestamp: number;
}

export type KeyState = 'good' | 'revoked' | 'read-only' | 'may-withdraw';

export interface ExchangeOptions {
  readonly dice: Dice;
  /** Virtual milliseconds since the start. */
  readonly now: () => number;
  /** Runs a task that much later, in virtual milliseconds. */
  readonly later: (delayMs: number, task: () => void) => void;
  /** Market milliseconds per virtual millisecond. */
  readonly speed: number;
  /** Fees are taken in a third asset. */
  readonly feesInThirdAsset: boolean;
  /** What it holds for its users until a price is reached. */
  readonly triggers: 'none' | 'stop' | 'oco';
}

/** How long an order request is good for at the exchange: Binance's recvWindow as production sets it. */
export const REQUEST_LIFETIME_MS = 5_000;
/** The longest that answers lag behind. */
export const LAG_MS_MAX = 3_000;
const AHEAD_MAX_MS = 1_000;
const FEE_PPM = 1_000;
const THIRD_ASSET = { asset: 'BNB', prices: new Map([['USDT', atomsOf('500')]]), discountPpm: 0n };
const START = { USDT: '2000', BNB: '5' } as const;
const HISTORY_BARS = 40;
/** Takers that come for one order at most. */
const TAKERS_MAX = 20;

const BTC_USDT = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 5,
  minNotional: 500_000_000n,
});
const ETH_USDT = makeInstrument({
  base: 'ETH',
  quote: 'USDT',
  priceDecimals: 2,
  lotDecimals: 4,
  minNotional: 500_000_000n,
});

const MARKETS = [
  { instrument: BTC_USDT, startPrice: 50_000 },
  { instrument: ETH_USDT, startPrice: 3_000 },
] as const;

/** Binance's codes and words. */
const REFUSALS: Readonly<Record<Refusal, readonly [code: number, text: string]>> = {
  UNKNOWN_ACCOUNT: [-2010, 'This account may not place or cancel orders.'],
  UNKNOWN_INSTRUMENT: [-2010, 'This symbol is not permitted for this account.'],
  INVALID_ORDER: [-2010, 'Price * QTY is zero or less.'],
  DUPLICATE_CLIENT_ID: [-2010, 'Duplicate order sent.'],
  INSUFFICIENT_FUNDS: [-2010, 'Account has insufficient balance for requested action.'],
  WOULD_TAKE: [-2010, 'Order would immediately match and take.'],
  WOULD_TRIGGER: [-2010, 'Stop price would trigger immediately.'],
  LIST_PRICES: [-2010, 'The relationship of the prices for the orders is not correct.'],
  HALTED: [-1013, 'Market is closed.'],
  FILTER: [-1013, 'Filter failure'],
};

const TYPES = {
  market: 'MARKET',
  limit: 'LIMIT',
  limit_maker: 'LIMIT_MAKER',
  stop: 'STOP_LOSS',
} as const;

const error = (code: number, msg: string, status = 400): Answer => ({
  status,
  body: { code, msg },
});
const NOT_PERMITTED = error(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
const found = (body: unknown): Answer => ({ status: 200, body });

export class SimExchange {
  readonly engine: Engine;
  readonly markets: readonly SimMarket[];
  readonly account: Account;
  readonly options: ExchangeOptions;
  readonly claims: Claims;
  key: KeyState = 'good';
  /** Requests are taken however old they are. */
  takesLate = false;
  /** Every request is answered with one of these while there is one. */
  readonly outages = new Set<Answer>();
  /** Extra time until a new order or trade shows up in answers. */
  lagMs = 0;
  /** Orders of our account by client id, every one there ever was. */
  readonly placed = new Map<string, Order[]>();
  /** Money that others brought or took, by asset. */
  readonly moved = new Map<string, Exact>();
  /** Orders that its owner made by hand. */
  madeByHand = 0;
  /** Told of every filter that has refused an order of ours. */
  readonly onFilters = new Set<(filter: FilterName) => void>();
  onNews: (news: UserNews, delayMs: number) => void = () => undefined;
  readonly #visibleAt = new Map<number, number>();
  /** Trades that answers and streams do not show before this virtual time. */
  readonly #hidden = new Map<string, { readonly trade: AccountTrade; readonly untilMs: number }>();
  #holdBackMs = 0;
  #intended = 0;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.claims = new Claims(options.now);
    this.engine = new Engine(
      MARKETS.map(({ instrument }) => instrument),
      {
        onOrder: (order, execution, fill) => {
          this.#told(order, execution, fill);
        },
        onTrade: (trade) => this.market(trade.instrument.id).traded(trade),
        onLevel: () => undefined,
      },
    );
    const open = { balances: new Map<string, bigint>(), makerPpm: 0, takerPpm: 0 };
    this.engine.openAccount({ ...open, id: HOUSE_ACCOUNT, isHouse: true });
    this.account = this.engine.openAccount({
      id: 'bot',
      isHouse: false,
      expiresOwnMakers: true,
      balances: new Map(Object.entries(START).map(([asset, text]) => [asset, atomsOf(text)])),
      makerPpm: FEE_PPM,
      takerPpm: FEE_PPM,
      ...(options.feesInThirdAsset ? { feeAsset: THIRD_ASSET } : {}),
    });
    const startMs = this.marketMs();
    this.markets = MARKETS.map(({ instrument, startPrice }) => {
      const { dice } = options;
      return new SimMarket(this.engine, instrument, { startPrice, startMs, dice });
    });
    for (const market of this.markets) market.begin(HISTORY_BARS, startMs);
  }

  /** It does something of its own accord that much later. */
  later(delayMs: number, task: () => void): void {
    this.#intended += 1;
    this.options.later(delayMs, () => {
      this.#intended -= 1;
      task();
    });
  }

  /** It will yet do something of its own accord. */
  get isUpToSomething(): boolean {
    return this.#intended > 0;
  }

  /** Market time, whole epoch milliseconds. */
  marketMs(): number {
    const { now, speed } = this.options;
    return Math.floor(EPOCH_MS + now() * speed);
  }

  /** @param id `BTCUSDT` or `BTC/USDT`. */
  market(id: string): SimMarket {
    const name = id.replace('/', '');
    const market = this.markets.find(({ instrument }) => instrument.id === name);
    if (!market) throw new Error(`no market ${id}`);
    return market;
  }

  /** Takes an order. @param sentMs the client's time of sending, by the exchange's clock as the client believes it. */
  place(order: ApprovedOrder, sentMs: number): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    if (this.key === 'read-only') return NOT_PERMITTED;
    const request = this.#requestOf(order);
    const result = this.engine.place(request, this.marketMs());
    if (!result.ok) return this.#refused(result);
    const trades = result.fills.map((fill) => this.#tradeRow(fill));
    return found({ ...this.#orderRow(result.order), trades });
  }

  /** What every request is answered with just now. */
  get outage(): Answer | undefined {
    const [answer] = this.outages;
    return answer;
  }

  /** Takes two orders of which one ends the other. */
  placePair({ stop, target }: OrderPair, sentMs: number): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    if (this.key === 'read-only') return NOT_PERMITTED;
    const legs = [
      { ...this.#requestOf(target), type: 'LIMIT_MAKER' as const },
      this.#requestOf(stop),
    ] as const;
    // A lie about the request is one about both.
    if (this.claims.lies.has(stop.clientOrderId)) this.claims.lies.add(target.clientOrderId);
    const clientListId = `list-${stop.clientOrderId}`;
    const result = this.engine.placeList({ clientListId, legs }, this.marketMs());
    if (!result.ok) return this.#refused(result);
    const [first, second] = result.list.orders;
    return found({ target: this.#orderRow(first), stop: this.#orderRow(second) });
  }

  cancel(name: OrderName, sentMs: number): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    const order = this.#find(name);
    if (!order || !this.claims.isOpen(order) || !this.#isVisible(order))
      return error(-2011, 'Unknown order sent.');
    if (this.#holdBackMs > 0) this.#fillUnseen(order);
    this.engine.cancel(order, this.marketMs());
    return found(this.#orderRow(order));
  }

  order(name: OrderName, sentMs: number): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    const order = this.#find(name);
    if (!order || !this.#isVisible(order)) return error(-2013, 'Order does not exist.');
    return found(this.#orderRow(order));
  }

  openOrders(symbol: MarketSymbol, sentMs: number): Answer {
    return this.#orders(symbol, sentMs, (order) => this.claims.isOpen(order));
  }

  history(symbol: MarketSymbol, sentMs: number): Answer {
    return this.#orders(symbol, sentMs, () => true);
  }

  /** A page of own trades: from an id on, or the newest. */
  trades(
    symbol: MarketSymbol,
    page: { readonly fromId?: number; readonly limit: number },
    sentMs: number,
  ): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    const { id } = this.market(symbol).instrument;
    const rows = [...this.account.trades.select({ instrumentId: id, fromId: page.fromId })].filter(
      (trade) => this.#isShown(trade),
    );
    const kept = page.fromId === undefined ? rows.slice(-page.limit) : rows.slice(0, page.limit);
    return found(kept.map((trade) => this.#tradeRow(trade)));
  }

  balances(sentMs: number): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    const free: Record<string, string> = {};
    const used: Record<string, string> = {};
    for (const [asset, balance] of this.account.balances) {
      free[asset] = formatAtoms(balance.free);
      used[asset] = formatAtoms(balance.locked);
    }
    return found({ free, used });
  }

  /** What we own of an asset, in atoms. */
  totalOf(asset: string): bigint {
    const { free, locked } = this.account.balance(asset);
    return free + locked;
  }

  /** The order under this client id while the engine has it open. */
  standing(clientOrderId: string): Order | undefined {
    const order = this.placed.get(clientOrderId)?.at(-1);
    return order && isOpen(order) ? order : undefined;
  }

  /** A resting order of ours meets takers who want all of it, or a share of what is left. */
  fillByHand(clientOrderId: string, share = 1): void {
    const order = this.standing(clientOrderId);
    if (!order || order.ticks === 0) return;
    const market = this.market(order.instrument.id);
    const wanted = Math.ceil((order.lots - order.filledLots) * share);
    const target = order.filledLots + wanted;
    // Others stand before it in the book. Larger takers get through to it, but would take more than a part.
    const growth = share < 1 ? 1 : 1.5;
    let size = 1;
    for (
      let taker = 0;
      taker < TAKERS_MAX && isOpen(order) && order.filledLots < target;
      taker += 1
    ) {
      const lots = Math.ceil((target - order.filledLots) * size);
      market.takeFrom(order.side, order.ticks, lots, this.marketMs());
      size *= growth;
    }
  }

  /** It ends an order of its own accord, and says how; what has traded cannot be refused any more. */
  endByItself(clientOrderId: string, as: ClaimedEnd): void {
    const order = this.standing(clientOrderId);
    if (!order || (as === 'rejected' && order.filledLots > 0)) return;
    this.claims.end(order, as);
    this.engine.cancel(order, this.marketMs());
  }

  /** Tells over the private stream how an order stands. */
  tell(clientOrderId: string): void {
    const order = this.placed.get(clientOrderId)?.at(-1);
    if (!order) return;
    const { symbol } = this.market(order.instrument.id);
    this.onNews({ kind: 'order', symbol, row: this.#orderRow(order) }, 0);
  }

  /** Tells over the private stream of an open order that does not exist. */
  tellOfGhost(clientOrderId: string, symbol: MarketSymbol): void {
    const at = this.marketMs();
    const id = `9${String(at)}`;
    const times = { timestamp: at, lastUpdateTimestamp: at };
    const row = { id, clientOrderId, status: 'open', filled: '0', side: 'buy', ...times } as const;
    this.onNews({ kind: 'order', symbol, row }, 0);
  }

  /** The answer to who asks for this order. */
  answerAbout(clientOrderId: string): Answer | undefined {
    const order = this.placed.get(clientOrderId)?.at(-1);
    return order && found(this.#orderRow(order));
  }

  /** The next cancel finds that the order was filled in part just before; the fill is told that much later. */
  holdBackFill(ms: number): void {
    this.#holdBackMs = ms;
  }

  #refusal(sentMs: number): Answer | undefined {
    if (this.outage) return this.outage;
    if (this.key === 'revoked') return NOT_PERMITTED;
    const nowMs = Math.floor(EPOCH_MS + this.options.now());
    if (sentMs > nowMs + AHEAD_MAX_MS)
      return error(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    return nowMs - sentMs > REQUEST_LIFETIME_MS && !this.takesLate
      ? error(-1021, 'Timestamp for this request is outside of the recvWindow.')
      : undefined;
  }

  #refused({ refusal, filter }: Refused): Answer {
    const [code, words] = REFUSALS[refusal];
    if (filter === undefined) return error(code, words);
    for (const listener of this.onFilters) listener(filter);
    const failure = filterError(filter);
    return error(failure.code, failure.message, failure.status);
  }

  #requestOf(order: ApprovedOrder): OrderRequest {
    const { instrument } = this.market(order.symbol);
    return {
      accountId: 'bot',
      instrumentId: instrument.id,
      side: order.side === 'buy' ? 'BUY' : 'SELL',
      type: TYPES[order.type],
      timeInForce: 'GTC',
      ticks: order.price ? scaled(order.price, instrument.priceDecimals) : 0,
      ...(order.trigger ? { triggerTicks: scaled(order.trigger, instrument.priceDecimals) } : {}),
      lots: scaled(order.amount, instrument.lotDecimals),
      quoteBudget: 0n,
      clientOrderId: order.clientOrderId,
    };
  }

  #find({ symbol, clientOrderId, exchangeOrderId }: OrderName): Order | undefined {
    const { id } = this.market(symbol).instrument;
    const order =
      exchangeOrderId === undefined
        ? this.account.orderByClientId(id, clientOrderId)
        : this.account.orderById(Number(exchangeOrderId));
    return order?.instrument.id === id ? order : undefined;
  }

  #orders(symbol: MarketSymbol, sentMs: number, isWanted: (order: Order) => boolean): Answer {
    const refusal = this.#refusal(sentMs);
    if (refusal) return refusal;
    const { id } = this.market(symbol).instrument;
    const orders = this.account
      .ordersSince()
      .filter((order) => order.instrument.id === id && isWanted(order) && this.#isVisible(order));
    return found(orders.slice(-100).map((order) => this.#orderRow(order)));
  }

  #isVisible(order: Order): boolean {
    if (this.claims.isHidden(order.clientOrderId)) return false;
    return (this.#visibleAt.get(order.id) ?? 0) <= this.options.now();
  }

  #isShown(trade: AccountTrade): boolean {
    if (this.claims.isHidden(trade.clientOrderId)) return false;
    return (this.#hidden.get(hiddenKeyOf(trade))?.untilMs ?? 0) <= this.options.now();
  }

  #fillUnseen(order: Order): void {
    const unfilled = order.lots - order.filledLots;
    if (unfilled < 2) return;
    const lots = Math.max(1, Math.floor(unfilled / 2));
    const market = this.market(order.instrument.id);
    market.takeFrom(order.side, order.ticks, lots, this.marketMs());
    this.#holdBackMs = 0;
  }

  #told(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    const { instrument, clientOrderId } = order;
    const { symbol } = this.market(instrument.id);
    if (execution === 'NEW') {
      const known = this.placed.get(clientOrderId);
      if (known) known.push(order);
      else this.placed.set(clientOrderId, [order]);
      this.#visibleAt.set(order.id, this.options.now() + this.lagMs);
    }
    const delayMs = fill ? this.#book(fill) : 0;
    if (fill && this.claims.retract(order)) this.#endLater(order);
    if (this.claims.isMuted(clientOrderId)) return;
    if (fill) this.onNews({ kind: 'fill', symbol, row: this.#tradeRow(fill) }, delayMs);
    this.onNews({ kind: 'order', symbol, row: this.#orderRow(order) }, delayMs);
  }

  /** It was said to have ended and has traded: what is left of it ends now. */
  #endLater(order: Order): void {
    this.options.later(1, () => this.engine.cancel(order, this.marketMs()));
  }

  /** Remembers how long the trade stays unseen; returns that time. */
  #book(fill: AccountTrade): number {
    const hiddenMs = Math.max(this.#holdBackMs, this.lagMs);
    if (hiddenMs > 0)
      this.#hidden.set(hiddenKeyOf(fill), { trade: fill, untilMs: this.options.now() + hiddenMs });
    return this.#holdBackMs;
  }

  /** Lots of an order that were executed and are not told yet. */
  unseenOf(order: Order): number {
    let unseen = 0;
    for (const { trade, untilMs } of this.#hidden.values())
      if (trade.orderId === order.id && untilMs > this.options.now()) unseen += trade.lots;
    return unseen;
  }

  /** An order as answers show it: without what is still unseen. One that is filled shows so together with its fills. */
  #orderRow(order: Order): OrderRow {
    const unseen = this.unseenOf(order);
    const status = this.claims.statusOf(order);
    return {
      id: String(order.id),
      clientOrderId: shownId(order.clientOrderId),
      status: status === 'closed' && unseen > 0 ? 'open' : status,
      filled: lotsText(order.instrument, order.filledLots - unseen),
      side: order.side === 'BUY' ? 'buy' : 'sell',
      amount: lotsText(order.instrument, order.lots),
      ...(order.ticks > 0 && { price: formatScaled(order.ticks, order.instrument.priceDecimals) }),
      info: { orderListId: order.listId === 0 ? -1 : order.listId },
      timestamp: order.createdMs,
      lastUpdateTimestamp: order.updatedMs,
    };
  }

  #tradeRow(trade: AccountTrade): TradeRow {
    return {
      id: String(trade.id),
      order: String(trade.orderId),
      clientOrderId: shownId(trade.clientOrderId),
      side: trade.side === 'BUY' ? 'buy' : 'sell',
      price: formatScaled(trade.ticks, trade.instrument.priceDecimals),
      amount: lotsText(trade.instrument, trade.lots),
      fee: { cost: formatAtoms(trade.fee), currency: trade.feeAsset },
      takerOrMaker: trade.isMaker ? 'maker' : 'taker',
      timestamp: trade.timeMs,
    };
  }
}

/** The engine wants a client id of every order; some exchanges have none for what was made by hand. */
const BARE = 'bare_';
const BY_HAND = /^(?:web|bare)_/u;

export const bareId = (number: number): string => `${BARE}${number}`;
const shownId = (clientOrderId: string): string =>
  clientOrderId.startsWith(BARE) ? '' : clientOrderId;

/** An order that the account's owner made at the exchange's website or in its app. */
export const isByHand = (clientOrderId: string): boolean => BY_HAND.test(clientOrderId);

/** How a request names an order. */
export interface OrderName {
  readonly symbol: MarketSymbol;
  readonly clientOrderId: string;
  readonly exchangeOrderId?: string;
}

export function lotsText(instrument: Instrument, lots: number): string {
  return formatScaled(lots, instrument.lotDecimals);
}

function scaled(value: Decimal, decimals: number): number {
  const units = parseScaled(toText(value), decimals);
  if (typeof units !== 'bigint') throw new Error(`${toText(value)} is off the grid`);
  return Number(units);
}

function hiddenKeyOf({ orderId, id }: AccountTrade): string {
  return `${orderId} ${id}`;
}
