/**
 * Takes a row of the table of fills to the simulated exchange: each bar is played as a path, from its open to the nearer extreme, to the
 * other, to its close, tick by tick. The exchange's engine matches and triggers, and shares nothing with the model that the table is of.
 *
 * The house offers at each price what is asked for there, so that a taker gets it; and a price that is only touched trades nothing that
 * rests, because others stood before it.
 */
import { wireSession } from '../../src/compose/backtestSession.ts';
import { SILENT } from '../../src/compose/silentLogger.ts';
import { dec, toText, type Decimal } from '../../src/core/domain/decimal.ts';
import type { CandleEvent } from '../../src/core/domain/events.ts';
import type { Fill } from '../../src/core/domain/fill.ts';
import { asset, exchangeOrderId, tradeId } from '../../src/core/domain/ids.ts';
import type { Bar } from '../../src/core/domain/market.ts';
import type { ApprovedOrder, OrderReport, ReportedStatus } from '../../src/core/domain/order.ts';
import { MINUTE_MS } from '../../src/core/domain/time.ts';
import { nearerWay } from '../../src/core/matching/barRules.ts';
import type {
  CancelOutcome,
  ExchangeGateway,
  GatewaySink,
  OrderPair,
  OrderRef,
  PlaceOutcome,
} from '../../src/ports/exchangeGateway.ts';
import type { Session } from '../../src/runtime/session.ts';
import type { Account } from '../../src/simulator/engine/account.ts';
import { atomsOf, formatAtoms, formatScaled } from '../../src/simulator/engine/amounts.ts';
import { Engine } from '../../src/simulator/engine/engine.ts';
import {
  makeInstrument,
  type AccountTrade,
  type Order,
  type OrderRequest,
} from '../../src/simulator/engine/types.ts';
import { HOUSE_ACCOUNT } from '../../src/simulator/market/feed.ts';
import { HouseQuotes } from '../../src/simulator/market/house.ts';
import type { FillRow, RowSettings } from '../fixtures/fillRows/row.ts';
import { fillText, namesOf, ROW_LIMITS, rowInstrument, rowSpec, RowStrategy } from './fillRows.ts';
import { BTC_USDT, T0 } from './orders.ts';

const PRICE_DECIMALS = 1;
const LOT_DECIMALS = 3;
/** More than any row trades. */
const PLENTY = 1_000_000;
const PPM = 1e6;

/** Which extreme of a bar its path comes to first: the one nearer to the open, or the other. */
export type Way = 'nearer' | 'farther';

/** The fills of a row, as it writes them down. */
export async function runRowAtVenue(row: FillRow, way: Way): Promise<readonly string[]> {
  const { settings = {} } = row;
  const venue = new Venue(settings);
  const spec = rowSpec(settings);
  const { session } = await wireSession({
    strategies: [{ spec, strategy: new RowStrategy(row) }],
    gateway: venue.gateway(),
    limits: ROW_LIMITS,
    logger: SILENT,
  });
  const fills: string[] = [];
  const nameOf = namesOf(session);
  session.onStep((output) => {
    for (const { fill, intentId } of output.fills)
      fills.push(fillText(fill, nameOf(intentId), venue.openTime));
  });
  session.dispatch({ kind: 'control', at: T0, action: 'arm', reason: 'row' });
  const bars = barsOf(row);
  for (const [index, bar] of bars.entries()) {
    venue.play(session, bar, way);
    const isFive = settings.barsPerBar === 5;
    if (isFive && index % 5 === 4)
      venue.close(session, fiveOf(bars.slice(index - 4, index + 1)), '5m');
    else if (!isFive) venue.close(session, bar, '1m');
    if (session.failure) throw session.failure;
  }
  return fills;
}

function barsOf({ bars }: FillRow): Bar[] {
  return bars.map((bar, index) => {
    if (bar === 'hole') throw new Error('a path has no holes');
    const [open, high, low, close, volume = 1_000] = bar;
    return { openTime: T0 + index * MINUTE_MS, open, high, low, close, volume };
  });
}

function fiveOf(bars: readonly Bar[]): Bar {
  const [first] = bars;
  const last = bars.at(-1);
  if (!first || !last) throw new Error('no bars');
  return {
    ...first,
    high: Math.max(...bars.map(({ high }) => high)),
    low: Math.min(...bars.map(({ low }) => low)),
    close: last.close,
  };
}

/** News of an order, as it was when it was told. */
interface News {
  readonly order: Order;
  readonly status: ReportedStatus;
  readonly filledLots: number;
  readonly fill: AccountTrade | undefined;
}

const STATUS: Readonly<Record<Order['status'], ReportedStatus>> = {
  NEW: 'open',
  PARTIALLY_FILLED: 'open',
  FILLED: 'closed',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
};

class Venue {
  /** Of the bar that is played. */
  openTime = T0;
  readonly #settings: RowSettings;
  readonly #engine: Engine;
  readonly #house: HouseQuotes;
  readonly #account: Account;
  readonly #instrumentId: string;
  readonly #news: News[] = [];
  /** Orders that were asked for at a close: they arrive with the next open. */
  readonly #arrivals: (() => void)[] = [];
  readonly #orders = new Map<string, Order>();
  #isClosing = false;
  #isOpen = false;
  #ticks = 0;
  #sink: GatewaySink | undefined;

  constructor(settings: RowSettings) {
    this.#settings = settings;
    const { fee = '0', lot = '0.001', balance = '100000', minNotional = '5' } = settings;
    const made = makeInstrument({
      ...{ base: 'BTC', quote: 'USDT', priceDecimals: PRICE_DECIMALS, lotDecimals: LOT_DECIMALS },
      minNotional: atomsOf(minNotional),
    });
    const instrument = { ...made, lotStep: Math.round(Number(lot) * 10 ** LOT_DECIMALS) };
    this.#instrumentId = instrument.id;
    this.#engine = new Engine([instrument], {
      onOrder: (order, _execution, fill) => {
        const { status, filledLots } = order;
        this.#news.push({ order, status: STATUS[status], filledLots, fill });
      },
      onTrade: () => undefined,
      onLevel: () => undefined,
    });
    const none = { balances: new Map<string, bigint>(), makerPpm: 0, takerPpm: 0 };
    this.#engine.openAccount({ ...none, id: HOUSE_ACCOUNT, isHouse: true });
    const ppm = Math.round(Number(fee) * PPM);
    this.#account = this.#engine.openAccount({
      ...{ id: 'bot', isHouse: false, makerPpm: ppm, takerPpm: ppm },
      balances: new Map([['USDT', atomsOf(balance)]]),
    });
    this.#house = new HouseQuotes(this.#engine, instrument);
  }

  /** A bar's path, its close included. */
  play(session: Session, bar: Bar, way: Way): void {
    this.openTime = bar.openTime;
    const { open, low, high, close } = bar;
    const isLowFirst = (nearerWay(bar) === 'below') === (way === 'nearer');
    const [first, second] = isLowFirst ? [low, high] : [high, low];
    this.#isOpen = true;
    this.#step(session, ticksOf(open));
    this.#isOpen = false;
    for (const price of [first, second, close]) this.#walk(session, ticksOf(price));
  }

  /** Strategies decide; what they ask for arrives with the next open. */
  close(session: Session, bar: Bar, timeframe: CandleEvent['timeframe']): void {
    const lengthMs = timeframe === '5m' ? 5 * MINUTE_MS : MINUTE_MS;
    this.#isClosing = true;
    session.dispatch({
      ...{ kind: 'candle', at: bar.openTime + lengthMs, symbol: BTC_USDT, timeframe, ...bar },
      ...{ closed: true, told: true },
    });
    this.#isClosing = false;
    this.#deliver();
  }

  gateway(): ExchangeGateway {
    const instrument = rowInstrument(this.#settings);
    const nothing = async (): Promise<{ rows: never[]; unreadable: never[] }> => ({
      rows: [],
      unreadable: [],
    });
    return {
      timing: { lifetimeMs: 0, readLagMs: 0 },
      instruments: async () => [instrument],
      place: (order) => this.#place(order),
      placePair: (pair) => this.#placePair(pair),
      cancel: (ref) => this.#cancel(ref),
      lookup: async () => ({ kind: 'absent', places: ['single'] }),
      openOrders: nothing,
      fills: nothing,
      balances: async () =>
        [...this.#account.balances].map(([name, { free, locked }]) => ({
          asset: asset(name),
          free: dec(formatAtoms(free)),
          locked: dec(formatAtoms(locked)),
        })),
      clockOffsetMs: async () => 0,
      permissions: async () => ({ trading: true, withdrawals: false, transfers: false }),
      open: async (sink) => {
        this.#sink = sink;
        sink.stream(true, 'row');
      },
      close: async () => undefined,
    };
  }

  #walk(session: Session, to: number): void {
    while (this.#ticks !== to) this.#step(session, this.#ticks + Math.sign(to - this.#ticks));
  }

  /** The market is at a price: what rests before it is taken on the way, what waits for it is triggered, who watches it sees it. */
  #step(session: Session, ticks: number): void {
    this.#ticks = ticks;
    const at = this.#now;
    const all = (): boolean => true;
    this.#house.cancelWhere('BUY', all, at);
    this.#house.cancelWhere('SELL', all, at);
    this.#house.take('SELL', ticks + 1, PLENTY, at);
    this.#house.take('BUY', ticks - 1, PLENTY, at);
    this.#deliver();
    this.#quoteFor('SELL');
    this.#engine.onLastPrice(this.#instrumentId, ticks, at);
    this.#deliver();
    for (const arrive of this.#arrivals.splice(0)) arrive();
    this.#deliver();
    session.dispatch({ kind: 'price', at, symbol: BTC_USDT, price: ticks / 10 ** PRICE_DECIMALS });
    this.#deliver();
  }

  /** Opening time at the open, the bar's end afterwards, as bars tell it. */
  get #now(): number {
    return this.#isOpen ? this.openTime : this.openTime + MINUTE_MS;
  }

  /** Rests a quote at the present price for takers of one side. */
  #quoteFor(taker: 'BUY' | 'SELL'): void {
    const [own, other] = taker === 'SELL' ? (['BUY', 'SELL'] as const) : (['SELL', 'BUY'] as const);
    this.#house.cancelAt(other, this.#ticks, this.#now);
    const quote = { side: own, ticks: this.#ticks, lots: PLENTY, type: 'LIMIT_MAKER' } as const;
    if (this.#house.lotsAt(own, this.#ticks) === 0) this.#house.quote(quote, this.#now);
  }

  #place(order: ApprovedOrder): PlaceOutcome {
    if (!this.#isClosing) return this.#send(order) ?? acked(order);
    this.#arrivals.push(() => {
      if (this.#send(order)) this.#sink?.report({ ...openReport(order), status: 'expired' });
    });
    return acked(order);
  }

  #placePair({ stop, target }: OrderPair): { stop: PlaceOutcome; target: PlaceOutcome } {
    const legs = [{ ...requestOf(target), type: 'LIMIT_MAKER' as const }, requestOf(stop)] as const;
    const list = { clientListId: `list-${stop.clientOrderId}`, legs };
    const result = this.#engine.placeList(list, this.#now);
    if (result.ok) {
      for (const order of result.list.orders) this.#orders.set(order.clientOrderId, order);
      return { stop: acked(stop), target: acked(target) };
    }
    const refused = { kind: 'rejected', code: result.refusal, message: '' } as const;
    return { stop: refused, target: refused };
  }

  /** @returns why it was refused. */
  #send(order: ApprovedOrder): PlaceOutcome | undefined {
    this.#quoteFor(order.side === 'buy' ? 'BUY' : 'SELL');
    const result = this.#engine.place(requestOf(order), this.#now);
    this.#quoteFor('SELL');
    if (!result.ok) return { kind: 'rejected', code: result.refusal, message: '' };
    this.#orders.set(order.clientOrderId, result.order);
    return undefined;
  }

  #cancel({ clientOrderId }: OrderRef): CancelOutcome {
    const order = this.#orders.get(clientOrderId);
    if (!order || !this.#engine.cancel(order, this.#now))
      return { kind: 'notFound', message: 'not open' };
    const told = { status: 'canceled' as const, filledLots: order.filledLots, fill: undefined };
    return { kind: 'cancelled', report: this.#reportOf({ ...told, order }) };
  }

  #deliver(): void {
    for (let news = this.#news.shift(); news; news = this.#news.shift())
      this.#sink?.report(this.#reportOf(news));
  }

  #reportOf({ order, status, filledLots, fill }: News): OrderReport {
    return {
      clientOrderId: order.clientOrderId as ApprovedOrder['clientOrderId'],
      exchangeOrderId: exchangeOrderId(`v-${order.clientOrderId}`),
      symbol: BTC_USDT,
      status,
      filled: lotsOf(filledLots),
      at: this.#now,
      fills: fill ? [this.#fillOf(order, fill)] : [],
    };
  }

  /** What rests is taken on the way to an open, which is not at it. */
  #fillOf({ clientOrderId }: Order, fill: AccountTrade): Fill {
    return {
      tradeId: tradeId(`${fill.id}-${fill.side}`),
      symbol: BTC_USDT,
      exchangeOrderId: exchangeOrderId(`v-${clientOrderId}`),
      clientOrderId: clientOrderId as ApprovedOrder['clientOrderId'],
      side: fill.side === 'BUY' ? 'buy' : 'sell',
      price: dec(formatScaled(fill.ticks, PRICE_DECIMALS)),
      amount: lotsOf(fill.lots),
      fee: dec(formatAtoms(fill.fee)),
      feeAsset: asset(fill.feeAsset),
      liquidity: fill.isMaker ? 'maker' : 'taker',
      at: fill.isMaker ? this.openTime + MINUTE_MS : this.#now,
    };
  }
}

const TYPES = {
  market: 'MARKET',
  limit: 'LIMIT',
  limit_maker: 'LIMIT_MAKER',
  stop: 'STOP_LOSS',
} as const;

function requestOf({
  side,
  type,
  price,
  trigger,
  amount,
  clientOrderId,
}: ApprovedOrder): OrderRequest {
  return {
    accountId: 'bot',
    instrumentId: 'BTCUSDT',
    side: side === 'buy' ? 'BUY' : 'SELL',
    type: TYPES[type],
    timeInForce: 'GTC',
    ticks: price ? ticksOf(Number(toText(price))) : 0,
    ...(trigger && { triggerTicks: ticksOf(Number(toText(trigger))) }),
    lots: Math.round(Number(toText(amount)) * 10 ** LOT_DECIMALS),
    quoteBudget: 0n,
    clientOrderId,
  };
}

function openReport({
  clientOrderId,
}: ApprovedOrder): OrderReport & { clientOrderId: typeof clientOrderId } {
  return {
    clientOrderId,
    exchangeOrderId: exchangeOrderId(`v-${clientOrderId}`),
    symbol: BTC_USDT,
    status: 'open',
    filled: dec('0'),
    at: T0,
    fills: [],
  };
}

function acked(order: ApprovedOrder): PlaceOutcome {
  return { kind: 'acked', report: openReport(order) };
}

function ticksOf(price: number): number {
  return Math.round(price * 10 ** PRICE_DECIMALS);
}

function lotsOf(lots: number): Decimal {
  return dec(formatScaled(lots, LOT_DECIMALS));
}
