/**
 * The exchange port of one process over the simulated network. It classifies answers with production's own functions: the
 * quirks' code tables, `reportOf`, `fillOf`, the pages of own trades.
 */
import { describe, gatewayFailed } from '../../src/adapters/ccxt/errors.ts';
import { FillPages } from '../../src/adapters/ccxt/fillPages.ts';
import { binance } from '../../src/adapters/ccxt/quirks/binance.ts';
import { balancesOf, fillOf, reportOf } from '../../src/adapters/ccxt/reports.ts';
import { field } from '../../src/adapters/ccxt/values.ts';
import type { Balance, Fill } from '../../src/core/domain/fill.ts';
import { clientOrderId, type MarketSymbol } from '../../src/core/domain/ids.ts';
import type { Instrument } from '../../src/core/domain/instrument.ts';
import type { ApprovedOrder, OrderReport } from '../../src/core/domain/order.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type {
  CancelOutcome,
  ExchangeGateway,
  GatewaySink,
  KeyPermissions,
  LastLook,
  LookupOutcome,
  OrderPair,
  OrderRef,
  PairOutcome,
  PlaceOutcome,
} from '../../src/ports/exchangeGateway.ts';
import type { Listing } from '../../src/ports/listing.ts';
import { EPOCH_MS } from './clocks.ts';
import {
  LAG_MS_MAX,
  REQUEST_LIFETIME_MS,
  type Answer,
  type SimExchange,
  type TradeRow,
  type UserNews,
} from './exchange.ts';
import { listingOf } from './listing.ts';
import type { Owner, Scheduler } from './scheduler.ts';
import type { RequestKind, Wire } from './wire.ts';

/** What the private stream does to its news. */
export interface StreamWeather {
  /** Nothing comes through, and nobody says so. */
  isSilent: boolean;
  /** Reasons for which the stream is down, and said so. */
  downs: number;
  /** News comes twice and out of order. */
  isShuffled: boolean;
}

export interface GatewayDeps {
  readonly exchange: SimExchange;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly owner: Owner;
  readonly weather: StreamWeather;
  readonly dice: { between(from: number, to: number): number; chance(p: number): boolean };
  /** An order was handed over to be sent. */
  readonly taken: () => void;
  /** Sees the orders of a request just before it leaves. */
  readonly sending: (orders: readonly ApprovedOrder[]) => void;
  /** Sees every cancel just before it leaves. */
  readonly cancelling: (order: OrderRef) => void;
  /** The private stream was opened. */
  readonly opened: () => void;
  /** The sink was told of an execution. */
  readonly told: (row: TradeRow, symbol: MarketSymbol) => void;
}

/** Rows of one page of own trades: few, so that fills spread over pages. */
const TRADES_PER_PAGE = 5;
/** Where an order is looked up. */
const PLACES = ['order', 'openOrders', 'allOrders'];
/** Stands in every signed address; must show up nowhere. */
export const SECRET = 'c2VjcmV0LW9mLXRoZS1zaW11bGF0aW9u';
const KEY_REFUSED = -2015;
const OFFSET_INTERVAL_MS = 600_000;

export class SimGateway implements ExchangeGateway {
  readonly timing = { lifetimeMs: REQUEST_LIFETIME_MS, readLagMs: LAG_MS_MAX };
  readonly #deps: GatewayDeps;
  readonly #pages: FillPages;
  #sink: GatewaySink | undefined;
  #stopMeasuring: () => void = () => undefined;
  #offsetMs = 0;
  #isMeasuring = false;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    const paging = { kind: 'byId', size: TRADES_PER_PAGE, fromId } as const;
    this.#pages = new FillPages(paging, (symbol, params) => this.#tradePage(symbol, params));
  }

  async instruments(symbols: readonly MarketSymbol[]): Promise<readonly Instrument[]> {
    const { exchange } = this.#deps;
    await this.#ask('instruments', () => exchange.outage ?? { status: 200, body: [] });
    return symbols.map((symbol) => listingOf(exchange, symbol));
  }

  async place(order: ApprovedOrder, look?: LastLook): Promise<PlaceOutcome> {
    const { exchange } = this.#deps;
    this.#deps.taken();
    const held = await this.#heldBack(look);
    if (held !== undefined) return held;
    this.#deps.sending([order]);
    const answer = await this.#post(order, (sentMs) => exchange.place(order, sentMs));
    return this.#placed(order, answer, (body) => body);
  }

  async placePair(pair: OrderPair, look?: LastLook): Promise<PairOutcome> {
    const { exchange } = this.#deps;
    this.#deps.taken();
    const held = await this.#heldBack(look);
    if (held !== undefined) return { stop: held, target: held };
    this.#deps.sending([pair.stop, pair.target]);
    const answer = await this.#post(pair.stop, (sentMs) => exchange.placePair(pair, sentMs));
    return {
      stop: this.#placed(pair.stop, answer, (body) => field(body, 'stop')),
      target: this.#placed(pair.target, answer, (body) => field(body, 'target')),
    };
  }

  async cancel(ref: OrderRef, look?: LastLook): Promise<CancelOutcome> {
    const held = await this.#heldBack(look);
    if (held !== undefined) return held;
    this.#deps.cancelling(ref);
    const sentMs = this.#sentMs();
    let answer: Answer;
    try {
      answer = await this.#deps.wire.ask(
        'cancel',
        () => this.#deps.exchange.cancel(ref, sentMs),
        ref.clientOrderId,
      );
    } catch (error) {
      return { kind: 'unknown', message: describe(error, [SECRET]) };
    }
    const report = answer.status === 200 ? this.#reportIn(answer.body, ref) : undefined;
    if (report?.status === 'canceled') return { kind: 'cancelled', report };
    this.#noticeClock(answer);
    const message = textOf(answer);
    if (binance.orders.isOrderUnknown(answer)) return { kind: 'notFound', message };
    if (binance.orders.isClockRefused(answer)) return { kind: 'unknown', message };
    const code = binance.orders.cancelRefusalOf(answer);
    return code === undefined ? { kind: 'unknown', message } : { kind: 'rejected', code, message };
  }

  /** By id, among the open ones, in the history: all three must agree that there is no such order. */
  async lookup(ref: OrderRef): Promise<LookupOutcome> {
    try {
      const report =
        (await this.#single(ref)) ??
        (await this.#among(ref, 'open')) ??
        (await this.#among(ref, 'history'));
      return report ? { kind: 'found', report } : { kind: 'absent', places: PLACES };
    } catch (error) {
      return { kind: 'failed', message: describe(error, [SECRET]) };
    }
  }

  async openOrders(symbols: readonly MarketSymbol[]): Promise<Listing<OrderReport>> {
    const reports: OrderReport[] = [];
    for (const symbol of symbols) {
      const { exchange } = this.#deps;
      const rows = await this.#rows('open', (sentMs) => exchange.openOrders(symbol, sentMs));
      for (const row of rows) reports.push(...present(this.#reportOf(row, symbol)));
    }
    return { rows: reports, unreadable: [] };
  }

  fills(symbol: MarketSymbol, since: number): Promise<Listing<Fill>> {
    return this.#pages.since(symbol, since);
  }

  async balances(): Promise<readonly Balance[]> {
    const { exchange } = this.#deps;
    const body = await this.#ask('balances', (sentMs) => exchange.balances(sentMs));
    try {
      return balancesOf(body);
    } catch (error) {
      throw gatewayFailed('balances', error, [SECRET]);
    }
  }

  async clockOffsetMs(): Promise<number> {
    const { exchange, scheduler, clock } = this.#deps;
    await this.#ask('time', () => exchange.outage ?? { status: 200, body: {} });
    this.#offsetMs = Math.round(EPOCH_MS + scheduler.now - clock.wallMs());
    return this.#offsetMs;
  }

  async permissions(): Promise<KeyPermissions> {
    const { exchange } = this.#deps;
    await this.#ask('permissions', (sentMs) => exchange.balances(sentMs));
    return {
      trading: exchange.key !== 'read-only',
      withdrawals: exchange.key === 'may-withdraw',
      transfers: false,
    };
  }

  async open(sink: GatewaySink): Promise<void> {
    await this.clockOffsetMs();
    this.#sink = sink;
    this.#stopMeasuring = this.#deps.clock.every(OFFSET_INTERVAL_MS, () => {
      this.#remeasure();
    });
    this.streamChanged(this.#deps.weather.downs === 0, 'opened');
    this.#deps.opened();
  }

  async close(): Promise<void> {
    this.#sink = undefined;
    this.#stopMeasuring();
  }

  /** The private stream comes up or goes down. */
  streamChanged(up: boolean, message: string): void {
    const { scheduler, owner } = this.#deps;
    const sink = this.#sink;
    scheduler.after(1, () => sink === this.#sink && sink?.stream(up, message), owner);
  }

  /** News from the exchange, on its way over the private stream. */
  news(news: UserNews, delayMs: number): void {
    const { weather, scheduler, owner, dice } = this.#deps;
    const sink = this.#sink;
    if (!sink || weather.downs > 0 || weather.isSilent) return;
    const copies = weather.isShuffled && dice.chance(0.5) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const wait = delayMs + (weather.isShuffled ? dice.between(1, 2_000) : dice.between(5, 80));
      scheduler.after(
        wait,
        () => {
          // What was on its way when the stream broke is lost.
          if (sink === this.#sink && weather.downs === 0) this.#deliver(sink, news);
        },
        owner,
      );
    }
  }

  #deliver(sink: GatewaySink, { kind, row, symbol }: UserNews): void {
    if (kind === 'order') {
      for (const report of present(this.#reportOf(row, symbol))) sink.report(report);
      return;
    }
    const fill = fillOf(row, { symbol });
    if (!fill) return;
    sink.fill({ ...fill, clientOrderId: clientOrderId(row.clientOrderId ?? '') });
    this.#deps.told(row, symbol);
  }

  /** Waits as the adapter does, and looks right before the bytes leave. */
  async #heldBack(
    look: LastLook | undefined,
  ): Promise<{ readonly kind: 'withheld'; readonly message: string } | undefined> {
    await this.#deps.wire.admitted();
    const message = look?.() ?? '';
    return message === '' ? undefined : { kind: 'withheld', message };
  }

  /** @returns the answer, or why there is none. */
  async #post(order: ApprovedOrder, work: (sentMs: number) => Answer): Promise<Answer | string> {
    const sentMs = this.#sentMs();
    try {
      return await this.#deps.wire.ask('place', () => work(sentMs), order.clientOrderId);
    } catch (error) {
      return describe(error, [SECRET]);
    }
  }

  #placed(
    order: ApprovedOrder,
    answer: Answer | string,
    partOf: (body: unknown) => unknown,
  ): PlaceOutcome {
    if (typeof answer === 'string') return { kind: 'unknown', message: answer };
    const report = answer.status === 200 ? this.#reportIn(partOf(answer.body), order) : undefined;
    if (report) return { kind: 'acked', report };
    this.#noticeClock(answer);
    const code = binance.orders.refusalOf(answer);
    const message = textOf(answer);
    if (code === undefined) return { kind: 'unknown', message };
    return { kind: 'rejected', code, message, breaksRule: binance.orders.isRuleBroken(answer) };
  }

  /** Now, by the exchange's clock as last measured. */
  #sentMs(): number {
    return this.#deps.clock.wallMs() + this.#offsetMs;
  }

  async #ask(kind: RequestKind, work: (sentMs: number) => Answer): Promise<unknown> {
    const sentMs = this.#sentMs();
    let answer: Answer;
    try {
      answer = await this.#deps.wire.ask(kind, () => work(sentMs));
    } catch (error) {
      throw gatewayFailed(kind, error, [SECRET]);
    }
    if (answer.status === 200) return answer.body;
    this.#noticeClock(answer);
    // ccxt knows the code as one that refuses the key.
    if (codeOf(answer) === KEY_REFUSED) throw new Error(`KEY_REFUSED: ${kind}: ${textOf(answer)}`);
    throw gatewayFailed(kind, new Error(textOf(answer)), [SECRET]);
  }

  async #rows(kind: RequestKind, work: (sentMs: number) => Answer): Promise<readonly unknown[]> {
    const body = await this.#ask(kind, work);
    if (!Array.isArray(body)) throw gatewayFailed(kind, new Error('the answer is no list'));
    return body as readonly unknown[];
  }

  async #single(ref: OrderRef): Promise<OrderReport | undefined> {
    const { exchange } = this.#deps;
    const sentMs = this.#sentMs();
    const answer = await this.#deps.wire.ask('order', () => exchange.order(ref, sentMs));
    if (binance.orders.isOrderUnknown(answer)) return undefined;
    this.#noticeClock(answer);
    const report = answer.status === 200 ? this.#reportOf(answer.body, ref.symbol) : undefined;
    if (report?.clientOrderId !== ref.clientOrderId) throw new Error(textOf(answer));
    return report;
  }

  async #among(ref: OrderRef, kind: 'open' | 'history'): Promise<OrderReport | undefined> {
    const { exchange } = this.#deps;
    const rows = await this.#rows(kind, (sentMs) =>
      kind === 'open'
        ? exchange.openOrders(ref.symbol, sentMs)
        : exchange.history(ref.symbol, sentMs),
    );
    return rows
      .flatMap((row) => present(this.#reportOf(row, ref.symbol)))
      .find((report) => report.clientOrderId === ref.clientOrderId);
  }

  #tradePage(symbol: MarketSymbol, params: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { exchange } = this.#deps;
    const from = params['fromId'];
    const page = {
      limit: TRADES_PER_PAGE,
      ...(from === undefined ? {} : { fromId: Number(from) }),
    };
    return this.#ask('trades', (sentMs) => exchange.trades(symbol, page, sentMs));
  }

  #reportIn(body: unknown, { symbol, clientOrderId: ours }: OrderRef): OrderReport | undefined {
    return reportOf(body, { ...this.#reading(symbol), clientOrderId: ours });
  }

  #reportOf(row: unknown, symbol: MarketSymbol): OrderReport | undefined {
    return reportOf(row, this.#reading(symbol));
  }

  #reading(symbol: MarketSymbol) {
    return { symbol, idForm: 'plain', receivedAt: this.#deps.clock.wallMs() } as const;
  }

  #noticeClock(answer: Answer): void {
    if (binance.orders.isClockRefused(answer)) this.#remeasure();
  }

  #remeasure(): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    const done = (): void => {
      this.#isMeasuring = false;
    };
    this.clockOffsetMs().then(done, done);
  }
}

const fromId = (id: string): Readonly<Record<string, unknown>> => ({ fromId: id });

function codeOf({ body }: Answer): number | undefined {
  const code = field(body, 'code');
  return typeof code === 'number' ? code : undefined;
}

function textOf({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body)}`;
}

function present<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
