/**
 * The rules of the simulated exchange once more, in the plainest way: lists that are searched from end to end, amounts in
 * bigint, locked funds summed anew from the open orders whenever somebody asks. Slow, and written without a look at the
 * engine, which is held against it operation by operation.
 */
import type { Filters } from '../../src/simulator/engine/filters.ts';
import type {
  OrderStatus,
  OrderType,
  Side,
  TimeInForce,
  TradingStatus,
} from '../../src/simulator/engine/types.ts';

export type NaiveFilters = Pick<Filters, 'minNotional' | 'tickStep' | 'lotStep'>;
const PPM = 1_000_000n;
const UNIT = 100_000_000n;

export interface NaiveInstrument {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  /** Atoms of the base in a lot, and of the quote in a tick × lot. */
  readonly lotAtoms: bigint;
  readonly tickLotAtoms: bigint;
  minNotional: bigint;
  tickStep: bigint;
  lotStep: bigint;
  status: TradingStatus;
  last: bigint;
  trades: number;
}

export interface NaiveAccount {
  readonly id: string;
  readonly isHouse: boolean;
  readonly maker: bigint;
  readonly taker: bigint;
  readonly feeAsset?: { asset: string; discount: bigint; prices: Readonly<Record<string, bigint>> };
  /** Free and locked together. */
  readonly total: Map<string, bigint>;
}

export interface NaiveRequest {
  readonly account: string;
  readonly instrument: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly limit: bigint;
  readonly trigger: bigint;
  readonly lots: bigint;
  readonly budget: bigint;
  readonly clientId: string;
}

/** What the filters look at. */
type Filtered = Pick<NaiveRequest, 'type' | 'lots' | 'budget' | 'limit' | 'trigger'>;

export interface NaiveOrder {
  readonly id: number;
  readonly account: NaiveAccount;
  readonly instrument: NaiveInstrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly clientId: string;
  limit: bigint;
  readonly trigger: bigint;
  lots: bigint;
  filled: bigint;
  status: OrderStatus;
  /** Waiting for its trigger, fired but not carried out, being carried out, in the book, or none of it any more. */
  place: 'waiting' | 'fired' | 'acting' | 'book' | 'gone';
  /** When it came to where it is. */
  arrival: number;
  list: NaiveList | undefined;
}

interface NaiveList {
  readonly id: number;
  readonly clientId: string;
  readonly accountId: string;
  readonly orders: NaiveOrder[];
  isDone: boolean;
}

const isAtMarket = (type: OrderType): boolean => !type.includes('LIMIT');
const isStopKind = (type: OrderType): boolean => type.startsWith('STOP') || type.startsWith('TAKE');
/** Stops follow the market away, profits are taken where it comes to. */
const firesUpwards = (order: { type: OrderType; side: Side }): boolean =>
  order.side === 'BUY' ? order.type.startsWith('STOP') : order.type.startsWith('TAKE');
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');

export class NaiveEngine {
  readonly instruments: readonly NaiveInstrument[];
  readonly accounts: readonly NaiveAccount[];
  readonly fees = new Map<string, bigint>();
  /** Orders of users and of the house that are open. */
  open: NaiveOrder[] = [];
  /** What users were told, in words. */
  events: string[] = [];
  /** That are not done. */
  #lists: NaiveList[] = [];
  #orders = 0;
  #listIds = 0;
  #clock = 0;

  constructor(instruments: readonly NaiveInstrument[], accounts: readonly NaiveAccount[]) {
    this.instruments = instruments;
    this.accounts = accounts;
  }

  place(request: NaiveRequest): NaiveOrder | string {
    const refusal = this.#refusal(request) ?? this.#poverty([request]);
    if (refusal !== undefined) return refusal;
    const order = this.#make(request, undefined);
    this.#tell(order, 'NEW');
    if (order.place === 'acting') this.#carryOut(order);
    return order;
  }

  placeList(clientId: string, legs: readonly [NaiveRequest, NaiveRequest]): NaiveList | string {
    const refusal = this.#listRefusal(clientId, legs) ?? this.#poverty(legs);
    if (refusal !== undefined) return refusal;
    this.#listIds += 1;
    const accountId = legs[0].account;
    const list: NaiveList = { id: this.#listIds, clientId, accountId, orders: [], isDone: false };
    this.#lists.push(list);
    for (const leg of legs) list.orders.push(this.#make(leg, list));
    for (const order of list.orders) {
      if (order.place === 'acting') order.place = 'book';
      this.#tell(order, 'NEW');
    }
    return list;
  }

  cancel(order: NaiveOrder): boolean {
    if (!this.open.includes(order)) return false;
    const other = this.#other(order);
    this.#end(order, 'CANCELED');
    if (other !== undefined) this.#end(other, 'CANCELED');
    return true;
  }

  /** Who wants no more at the same price stays in his place; anybody else comes to the market as if he were new. */
  amend(order: NaiveOrder, limit: bigint, lots: bigint): string | undefined {
    const refusal = this.#amendRefusal(order, limit, lots);
    if (refusal !== undefined) return refusal;
    const isNew = limit !== order.limit || lots > order.lots;
    order.limit = limit;
    order.lots = lots;
    if (isNew) order.place = 'acting';
    this.#tell(order, 'AMENDED');
    if (isNew) this.#carryOut(order);
    return undefined;
  }

  cancelAll(accountId: string, instrumentId: string | undefined): number {
    const orders = this.open
      .filter((it) => it.account.id === accountId && !it.account.isHouse)
      .filter((it) => instrumentId === undefined || it.instrument.id === instrumentId)
      .sort((a, b) => a.id - b.id);
    for (const order of orders) this.cancel(order);
    return orders.length;
  }

  setStatus(instrumentId: string, status: TradingStatus): void {
    const instrument = this.#instrument(instrumentId);
    instrument.status = status;
    if (status !== 'DELISTED') return;
    for (const order of this.everything(instrument)) this.#end(order, 'EXPIRED');
  }

  replaceFilters(instrumentId: string, filters: NaiveFilters): void {
    const instrument = this.#instrument(instrumentId);
    instrument.minNotional = filters.minNotional;
    instrument.tickStep = BigInt(filters.tickStep);
    instrument.lotStep = BigInt(filters.lotStep);
  }

  deposit(accountId: string, asset: string, atoms: bigint): void {
    const account = this.accounts.find(({ id }) => id === accountId);
    if (account !== undefined) add(account.total, asset, atoms);
  }

  lastPrice(instrumentId: string, ticks: bigint): void {
    const instrument = this.#instrument(instrumentId);
    if (instrument.status !== 'TRADING') return;
    instrument.last = ticks;
    this.#actAll(this.#fire(instrument, ticks));
  }

  /** What is resting on a side, in the order in which it trades. */
  queue(instrument: NaiveInstrument, side: Side): NaiveOrder[] {
    const sign = side === 'BUY' ? -1n : 1n;
    return this.open
      .filter((it) => it.place === 'book' && it.instrument === instrument && it.side === side)
      .sort((a, b) => Number(sign * (a.limit - b.limit)) || a.arrival - b.arrival);
  }

  /** All open orders: bids, offers, then those that wait for the price to rise and to fall, nearest first. */
  everything(instrument: NaiveInstrument): NaiveOrder[] {
    const waiting = this.open
      .filter((it) => it.place === 'waiting' && it.instrument === instrument)
      .sort(byFiring);
    return [...this.queue(instrument, 'BUY'), ...this.queue(instrument, 'SELL'), ...waiting];
  }

  locked(account: NaiveAccount, asset: string): bigint {
    if (account.isHouse) return 0n;
    let sum = 0n;
    for (const order of this.open) {
      if (order.account !== account || paid(order.side, order.instrument) !== asset) continue;
      const other = this.#other(order);
      const [own, others] = [needOf(order), other === undefined ? 0n : needOf(other)];
      // A pair counts once, at the larger of its needs.
      if (own > others || (own === others && (other === undefined || order.id < other.id)))
        sum += own;
    }
    return sum;
  }

  free(account: NaiveAccount, asset: string): bigint {
    return (account.total.get(asset) ?? 0n) - this.locked(account, asset);
  }

  #instrument(id: string): NaiveInstrument {
    const found = this.instruments.find((instrument) => instrument.id === id);
    if (found === undefined) throw new Error(`no instrument ${id}`);
    return found;
  }

  #listRefusal(clientId: string, legs: readonly [NaiveRequest, NaiveRequest]): string | undefined {
    const [first, second] = legs;
    const account = this.accounts.find(({ id }) => id === first.account);
    if (account === undefined || account.isHouse) return 'UNKNOWN_ACCOUNT';
    if (this.instruments.every(({ id }) => id !== first.instrument)) return 'UNKNOWN_INSTRUMENT';
    const isTwin = this.#lists.some(
      (it) => it.accountId === first.account && it.clientId === clientId,
    );
    if (isTwin) return 'DUPLICATE_CLIENT_ID';
    if (!isPair(legs)) return 'INVALID_ORDER';
    const refusal = this.#refusal(first) ?? this.#refusal(second);
    if (refusal !== undefined) return refusal;
    if (first.clientId === second.clientId) return 'DUPLICATE_CLIENT_ID';
    return isAround(this.#instrument(first.instrument).last, legs) ? undefined : 'LIST_PRICES';
  }

  #amendRefusal(order: NaiveOrder, limit: bigint, lots: bigint): string | undefined {
    const { account, instrument, side, filled } = order;
    if (order.place !== 'book' || order.list !== undefined) return 'INVALID_ORDER';
    if (limit <= 0n || lots <= filled) return 'INVALID_ORDER';
    if (instrument.status !== 'TRADING') return 'HALTED';
    if (!isFiltered({ ...order, limit, lots, trigger: 0n, budget: 0n }, instrument))
      return 'FILTER';
    const price = side === 'BUY' ? limit * instrument.tickLotAtoms : instrument.lotAtoms;
    const spendable = this.free(account, paid(side, instrument)) + needOf(order);
    return price * (lots - filled) > spendable ? 'INSUFFICIENT_FUNDS' : undefined;
  }

  /** The first rule that a request breaks, but for its funds. */
  #refusal(request: NaiveRequest): string | undefined {
    const account = this.accounts.find(({ id }) => id === request.account);
    if (account === undefined) return 'UNKNOWN_ACCOUNT';
    const instrument = this.instruments.find(({ id }) => id === request.instrument);
    if (instrument === undefined) return 'UNKNOWN_INSTRUMENT';
    if (!isWellFormed(request)) return 'INVALID_ORDER';
    if (instrument.status !== 'TRADING') return 'HALTED';
    const refusal = this.#marketRefusal(request, instrument);
    if (refusal !== undefined || account.isHouse) return refusal;
    return this.#userRefusal(request, account, instrument);
  }

  /** What the market as it stands forbids. */
  #marketRefusal(request: NaiveRequest, instrument: NaiveInstrument): string | undefined {
    const { type, side, limit, trigger } = request;
    const [best] = this.queue(instrument, opposite(side));
    if (type === 'LIMIT_MAKER' && best !== undefined && agree(side, limit, best.limit))
      return 'WOULD_TAKE';
    const { last } = instrument;
    const isLate = last > 0n && isStopKind(type) && isFiredBy(request, trigger, last);
    return isLate ? 'WOULD_TRIGGER' : undefined;
  }

  #userRefusal(
    request: NaiveRequest,
    account: NaiveAccount,
    instrument: NaiveInstrument,
  ): string | undefined {
    const { clientId } = request;
    if (!isFiltered(request, instrument)) return 'FILTER';
    const isTwin = this.open.some(
      (it) => it.account === account && it.instrument === instrument && it.clientId === clientId,
    );
    return isTwin ? 'DUPLICATE_CLIENT_ID' : undefined;
  }

  /** Requests of one account and side that share their funds. */
  #poverty(requests: readonly NaiveRequest[]): string | undefined {
    const isPoor = requests.some((request) => {
      const account = this.accounts.find(({ id }) => id === request.account);
      if (account === undefined || account.isHouse) return false;
      const asset = paid(request.side, this.#instrument(request.instrument));
      return this.#price(request) > this.free(account, asset);
    });
    return isPoor ? 'INSUFFICIENT_FUNDS' : undefined;
  }

  /** What must be free to place a request. */
  #price(request: NaiveRequest): bigint {
    const instrument = this.#instrument(request.instrument);
    const { side, type, lots, budget } = request;
    if (type !== 'MARKET') return needOf({ ...request, instrument, filled: 0n, place: 'waiting' });
    if (side === 'BUY') return lots > 0n ? this.#cost(instrument, lots) : budget;
    return (lots > 0n ? lots : this.#worth(instrument, side, budget)) * instrument.lotAtoms;
  }

  /** What buying at the market costs, as far as there are offers. */
  #cost(instrument: NaiveInstrument, lots: bigint): bigint {
    let [left, cost] = [lots, 0n];
    for (const offer of this.queue(instrument, 'SELL')) {
      const taken = smaller(left, offer.lots - offer.filled);
      left -= taken;
      cost += taken * offer.limit * instrument.tickLotAtoms;
    }
    return cost;
  }

  /** Whole lot steps that a quote budget is worth; beyond the book at the book's last price. */
  #worth(instrument: NaiveInstrument, side: Side, budget: bigint): bigint {
    let [left, lots, unit] = [budget, 0n, 0n];
    for (const order of this.queue(instrument, opposite(side))) {
      unit = order.limit * instrument.tickLotAtoms;
      const rest = order.lots - order.filled;
      const taken = smaller(rest, left / unit);
      lots += taken;
      left -= taken * unit;
      if (taken < rest) break;
    }
    if (unit > 0n) lots += left / unit;
    return lots - (lots % instrument.lotStep);
  }

  #make(request: NaiveRequest, list: NaiveList | undefined): NaiveOrder {
    const { side, type, timeInForce, clientId, trigger } = request;
    const account = this.accounts.find(({ id }) => id === request.account);
    if (account === undefined) throw new Error(`no account ${request.account}`);
    const instrument = this.#instrument(request.instrument);
    this.#orders += 1;
    this.#clock += 1;
    const order: NaiveOrder = {
      ...{
        id: this.#orders,
        account,
        instrument,
        side,
        type,
        timeInForce,
        clientId,
        trigger,
        list,
      },
      limit: isAtMarket(type) ? 0n : request.limit,
      lots: request.lots > 0n ? request.lots : this.#worth(instrument, side, request.budget),
      filled: 0n,
      status: 'NEW',
      place: isStopKind(type) ? 'waiting' : 'acting',
      arrival: this.#clock,
    };
    this.open.push(order);
    return order;
  }

  /** Trades an order, lets it rest or end, and then all that its trades set off. */
  #carryOut(order: NaiveOrder): void {
    this.#actAll(this.#act(order));
  }

  #actAll(fired: NaiveOrder[]): void {
    for (let next = fired.shift(); next !== undefined; next = fired.shift()) {
      next.place = 'acting';
      const { account, instrument, side, lots } = next;
      const price = side === 'BUY' ? this.#cost(instrument, lots) : lots * instrument.lotAtoms;
      const isPoor = !account.isHouse && price > this.free(account, paid(side, instrument));
      if (isAtMarket(next.type) && isPoor) this.#end(next, 'EXPIRED');
      else fired.push(...this.#act(next));
    }
  }

  /** Returns what its trades fire. */
  #act(order: NaiveOrder): NaiveOrder[] {
    const { instrument, side } = order;
    const prices: bigint[] = [];
    const matching = (): NaiveOrder[] =>
      this.queue(instrument, opposite(side)).filter(
        (it) => order.limit === 0n || agree(side, order.limit, it.limit),
      );
    const available = matching().reduce((sum, it) => sum + it.lots - it.filled, 0n);
    const mayTrade = isWilling(order, available);
    for (let [maker] = matching(); mayTrade && maker !== undefined; [maker] = matching()) {
      if (order.filled === order.lots) break;
      this.#trade(maker, order);
      prices.push(maker.limit);
    }
    if (this.open.includes(order)) {
      const isStaying = order.type === 'LIMIT_MAKER' ? available === 0n : order.limit > 0n;
      if (isStaying && order.timeInForce === 'GTC') {
        this.#clock += 1;
        order.place = 'book';
        order.arrival = this.#clock;
      } else this.#end(order, 'EXPIRED');
    }
    const [first] = prices;
    if (first === undefined) return [];
    return [...this.#fire(instrument, first), ...this.#fire(instrument, instrument.last)];
  }

  #fire(instrument: NaiveInstrument, ticks: bigint): NaiveOrder[] {
    const fired: NaiveOrder[] = [];
    for (;;) {
      const [next] = this.open
        .filter((it) => it.instrument === instrument && it.place === 'waiting')
        .filter((it) => isFiredBy(it, it.trigger, ticks))
        .sort(byFiring);
      if (next === undefined) return fired;
      next.place = 'fired';
      const other = this.#other(next);
      if (other !== undefined) this.#end(other, 'EXPIRED');
      this.#tell(next, 'TRIGGERED');
      fired.push(next);
    }
  }

  #trade(maker: NaiveOrder, taker: NaiveOrder): void {
    const other = this.#other(maker);
    if (other !== undefined) this.#end(other, 'EXPIRED');
    const { instrument } = maker;
    const lots = smaller(maker.lots - maker.filled, taker.lots - taker.filled);
    instrument.trades += 1;
    instrument.last = maker.limit;
    const texts = [maker, taker].map((order) => {
      order.filled += lots;
      order.status = order.filled === order.lots ? 'FILLED' : 'PARTIALLY_FILLED';
      if (order.status === 'FILLED') this.#leave(order);
      return this.#settle(order, maker.limit, lots, order === maker);
    });
    this.#tell(maker, `TRADE ${texts[0] ?? ''}`);
    this.#tell(taker, `TRADE ${texts[1] ?? ''}`);
  }

  /** Pays, receives and pays the fee. Returns a description. */
  #settle(order: NaiveOrder, ticks: bigint, lots: bigint, isMaker: boolean): string {
    const { account, instrument, side } = order;
    const quote = ticks * lots * instrument.tickLotAtoms;
    const base = lots * instrument.lotAtoms;
    const isBuy = side === 'BUY';
    const got = isBuy ? base : quote;
    add(account.total, paid(side, instrument), isBuy ? -quote : -base);
    add(account.total, paid(opposite(side), instrument), got);
    const rate = isMaker ? account.maker : account.taker;
    let asset = paid(opposite(side), instrument);
    let fee = (got * rate) / PPM;
    const own = account.feeAsset;
    const price = own?.prices[instrument.quote];
    if (own !== undefined && price !== undefined) {
      const inOwn = (quote * rate * (PPM - own.discount) * UNIT) / (PPM * PPM * price);
      if (inOwn <= this.free(account, own.asset)) [asset, fee] = [own.asset, inOwn];
    }
    add(account.total, asset, -fee);
    if (fee > 0n) add(this.fees, asset, fee);
    return `${instrument.trades} ${ticks} ${lots} ${quote} ${fee} ${asset} ${isMaker ? 'maker' : 'taker'}`;
  }

  #other(order: NaiveOrder): NaiveOrder | undefined {
    return order.list?.orders.find((it) => it !== order && this.open.includes(it));
  }

  #end(order: NaiveOrder, status: 'CANCELED' | 'EXPIRED'): void {
    if (!this.open.includes(order)) return;
    order.status = status;
    this.#leave(order);
    this.#tell(order, status);
  }

  #leave(order: NaiveOrder): void {
    order.place = 'gone';
    this.open = this.open.filter((it) => it !== order);
  }

  #tell(order: NaiveOrder, what: string): void {
    if (order.account.isHouse) return;
    this.events.push(`${order.id} ${what} ${order.status} ${order.filled}/${order.lots}`);
    const { list } = order;
    if (list === undefined || list.isDone || list.orders.some((it) => it.place !== 'gone')) return;
    list.isDone = true;
    this.#lists = this.#lists.filter((it) => it !== list);
    this.events.push(`list ${list.id} done`);
  }
}

function isWellFormed({ type, lots, budget, limit, trigger }: NaiveRequest): boolean {
  const hasQuantity = lots > 0n || (lots === 0n && type === 'MARKET' && budget > 0n);
  const hasPrice = isAtMarket(type) || limit > 0n;
  const hasTrigger = isStopKind(type) ? trigger > 0n : trigger === 0n;
  return hasQuantity && hasPrice && hasTrigger;
}

/** Whether an order takes what there is for it: a maker, which was amended to where it would, takes nothing. */
function isWilling({ type, timeInForce, lots }: NaiveOrder, available: bigint): boolean {
  return type !== 'LIMIT_MAKER' && (timeInForce !== 'FOK' || available >= lots);
}

/** Whether a request passes the filters. */
function isFiltered(request: Filtered, instrument: NaiveInstrument): boolean {
  const { type, lots, budget, limit, trigger } = request;
  const { minNotional, tickStep, lotStep, tickLotAtoms, last } = instrument;
  // Without a price yet any market order is worth enough.
  const worth = lots > 0n ? last * lots * tickLotAtoms || minNotional : budget;
  if (type === 'MARKET') return lots % lotStep === 0n && worth >= minNotional;
  const price = isAtMarket(type) ? trigger : limit;
  return (
    [lots % lotStep, trigger % tickStep, price % tickStep].every((rest) => rest === 0n) &&
    price * lots * tickLotAtoms >= minNotional
  );
}

function isPair([first, second]: readonly [NaiveRequest, NaiveRequest]): boolean {
  return (
    [first, second].every(({ type }) => type === 'LIMIT_MAKER' || isStopKind(type)) &&
    (['account', 'instrument', 'side', 'lots'] as const).every(
      (key) => first[key] === second[key],
    ) &&
    waitsAbove(first) !== waitsAbove(second)
  );
}

/** Whether the last price lies between the prices that two orders wait for; without one these just must not cross. */
function isAround(last: bigint, legs: readonly NaiveRequest[]): boolean {
  const [low = 0n, high = 0n] = legs
    .toSorted((a, b) => Number(waitsAbove(a)) - Number(waitsAbove(b)))
    .map((leg) => leg.trigger || leg.limit);
  return last === 0n ? low < high : low < last && last < high;
}

/** What an open order keeps locked. */
function needOf(
  order: Pick<
    NaiveOrder,
    'instrument' | 'side' | 'type' | 'limit' | 'trigger' | 'lots' | 'filled' | 'place'
  >,
): bigint {
  const { instrument, side, type, limit, trigger, place } = order;
  if (type === 'MARKET' || (isAtMarket(type) && place === 'acting')) return 0n;
  const rest = order.lots - order.filled;
  if (side === 'SELL') return rest * instrument.lotAtoms;
  return rest * (isAtMarket(type) ? trigger : limit) * instrument.tickLotAtoms;
}

function paid(side: Side, instrument: NaiveInstrument): string {
  return side === 'BUY' ? instrument.quote : instrument.base;
}

/** Whether an order with a limit trades at a price. */
function agree(side: Side, limit: bigint, price: bigint): boolean {
  return side === 'BUY' ? price <= limit : price >= limit;
}

function isFiredBy(order: { type: OrderType; side: Side }, trigger: bigint, last: bigint): boolean {
  return firesUpwards(order) ? last >= trigger : last <= trigger;
}

function byFiring(a: NaiveOrder, b: NaiveOrder): number {
  const distance = (it: NaiveOrder): bigint => (firesUpwards(it) ? it.trigger : -it.trigger);
  return (
    Number(firesUpwards(b)) - Number(firesUpwards(a)) ||
    Number(distance(a) - distance(b)) ||
    a.arrival - b.arrival
  );
}

function waitsAbove(leg: NaiveRequest): boolean {
  return leg.type === 'LIMIT_MAKER' ? leg.side === 'SELL' : firesUpwards(leg);
}

function add(amounts: Map<string, bigint>, asset: string, atoms: bigint): void {
  amounts.set(asset, (amounts.get(asset) ?? 0n) + atoms);
}
