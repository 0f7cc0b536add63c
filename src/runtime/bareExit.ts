/**
 * The way out when there are no books: the exchange's own word says what is open and what is held. Cancels, sells, and keeps no
 * account of it but the record it hands out. Every question is asked until it is answered or the time is over; no order is sent
 * twice, and one too many could only sell what is left anyway. May be repeated at any time.
 */
import { toText, ZERO } from '../core/domain/decimal.ts';
import type { MarketSymbol } from '../core/domain/ids.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import type { ApprovedOrder, OrderReport } from '../core/domain/order.ts';
import { clientOrderIdIsOurs, type OrderIdentity } from '../core/orders/clientOrderId.ts';
import { bareSale } from '../core/risk/bareSale.ts';
import type { Clock } from '../ports/clock.ts';
import type { CancelOutcome, ExchangeGateway, PlaceOutcome } from '../ports/exchangeGateway.ts';
import { BareTally } from './bareTally.ts';
import { readListed } from './listed.ts';
import type { PanicMode, PanicResult } from './panic.ts';

/** One thing that is about to be done, or was done; amounts are exact decimals as text. */
export type Deed = Readonly<Record<string, string | number>> & { readonly what: string };

export interface BareExitDeps {
  readonly gateway: Pick<
    ExchangeGateway,
    'timing' | 'instruments' | 'openOrders' | 'place' | 'cancel' | 'lookup' | 'fills' | 'balances'
  >;
  readonly clock: Clock;
  /** Markets whose orders and coins are meant. */
  readonly symbols: readonly MarketSymbol[];
  /** Last price; 0 when it cannot be had. Must not throw. */
  readonly priceOf: (symbol: MarketSymbol) => Promise<number>;
  /** Names the next order; never the same name twice, in any run. */
  readonly name: (symbol: MarketSymbol) => OrderIdentity;
  /** Keeps what is said, before the next thing is done. Must not throw. */
  readonly record: (deed: Deed) => void;
}

export interface BareExitOrder {
  readonly mode: PanicMode;
  /** Orders that this program has not made are cancelled, too. */
  readonly everyOrder: boolean;
  readonly waitMs: number;
}

export interface BareExitResult extends PanicResult {
  /** What could not be done, in words. */
  readonly problems: readonly string[];
}

const AGAIN_MS_MIN = 500;
const AGAIN_MS_MAX = 4_000;
/** Answers that nobody knows an order, once it cannot show any more. */
const ABSENCES_NEEDED = 3;
/** Room on top of a request's lifetime before its absence proves anything. */
const MARGIN_MS = 5_000;
/** Refusals of a market's sells in a row after which it is left. */
const REFUSALS_MAX = 5;

export async function bareExit(deps: BareExitDeps, order: BareExitOrder): Promise<BareExitResult> {
  return new BareExit(deps, order).run();
}

class BareExit {
  readonly #deps: BareExitDeps;
  readonly #order: BareExitOrder;
  readonly #tally: BareTally;
  readonly #deadlineMs: number;
  readonly #problems = new Set<string>();
  #isComplete = true;
  /** As listed last. */
  #open: readonly OrderReport[] = [];

  constructor(deps: BareExitDeps, order: BareExitOrder) {
    this.#deps = deps;
    this.#order = order;
    this.#tally = new BareTally(deps.gateway);
    this.#deadlineMs = deps.clock.monotonicMs() + order.waitMs;
  }

  async run(): Promise<BareExitResult> {
    const { gateway, symbols } = this.#deps;
    const listed = await this.#asked('trading rules', () => readListed(gateway, symbols));
    const { instruments = [], gone = [] } = listed ?? {};
    for (const { symbol, why } of gone) this.#problems.add(`${symbol}: ${why}`);
    await this.#cancelOpen(instruments.map(({ symbol }) => symbol));
    if (this.#order.mode === 'sell') for (const it of instruments) await this.#sellOut(it);
    const balances = await this.#asked('balances', () => gateway.balances());
    return {
      isComplete: this.#isComplete,
      openOrders: this.#open.length,
      markets: await this.#tally.read(instruments, balances ?? []),
      problems: [...this.#problems],
    };
  }

  /** Until none of those that are meant is listed any more. */
  async #cancelOpen(symbols: readonly MarketSymbol[]): Promise<void> {
    const { gateway } = this.#deps;
    for (;;) {
      const listing = await this.#asked('open orders', () => gateway.openOrders(symbols));
      if (!listing) return;
      for (const { name, symbol, problem } of listing.unreadable)
        this.#problems.add(`order ${name} of ${symbol} cannot be read: ${problem}`);
      this.#open = listing.rows;
      const meant = listing.rows.filter((row) => this.#isMeant(row));
      if (meant.length === 0) return;
      if (this.#isLate) {
        this.#isComplete = false;
        return;
      }
      for (const row of meant) await this.#cancel(row);
      await this.#pause(AGAIN_MS_MIN);
    }
  }

  #isMeant({ terms, symbol, clientOrderId, exchangeOrderId }: OrderReport): boolean {
    const { mode, everyOrder } = this.#order;
    const isOurs = clientOrderId !== undefined && clientOrderIdIsOurs(clientOrderId);
    if (!isOurs && !(everyOrder && clientOrderId !== undefined)) {
      this.#problems.add(`order ${exchangeOrderId} of ${symbol} is not ours and stays open`);
      return false;
    }
    // What sells is the way out of what is kept.
    return mode === 'sell' || terms?.side === 'buy';
  }

  async #cancel({ symbol, clientOrderId, exchangeOrderId, at }: OrderReport): Promise<void> {
    if (clientOrderId === undefined) return;
    const { gateway, record } = this.#deps;
    const ref = { symbol, clientOrderId, exchangeOrderId, since: at };
    const outcome: CancelOutcome = await gateway.cancel(ref);
    const message = 'message' in outcome ? outcome.message : '';
    record({ what: 'cancel', symbol, order: exchangeOrderId, outcome: outcome.kind, message });
    if (outcome.kind === 'cancelled') this.#tally.cancelled(symbol, exchangeOrderId);
    else if (outcome.kind === 'notFound') {
      // A leg of a pair ends with the other one.
      const found = await gateway.lookup(ref);
      if (found.kind === 'found' && found.report.status === 'canceled')
        this.#tally.cancelled(symbol, exchangeOrderId);
    }
  }

  /** Until too little is free for another order. */
  async #sellOut(listed: Instrument): Promise<void> {
    const { gateway, priceOf } = this.#deps;
    const { symbol, base } = listed;
    let instrument = listed;
    for (let refusals = 0; refusals < REFUSALS_MAX;) {
      const balances = await this.#asked('balances', () => gateway.balances());
      if (!balances) return;
      const free = balances.find(({ asset }) => asset === base)?.free ?? ZERO;
      const { intentId, clientOrderId, sequence } = this.#deps.name(symbol);
      const lastPrice = await priceOf(symbol);
      const at = this.#deps.clock.wallMs();
      const names = { intentId, clientOrderId, sequence, at };
      const sale = bareSale({ instrument, free, lastPrice, ...names });
      if (!sale.ok) return;
      if (this.#isLate) {
        this.#fail(`${symbol}: time ran out before ${toText(free)} ${base} was sold`);
        return;
      }
      if (await this.#sell(sale.order)) refusals = 0;
      else {
        refusals += 1;
        await this.#pause(AGAIN_MS_MIN * 2 ** refusals);
        instrument = await this.#rulesOf(instrument);
      }
    }
    this.#isComplete = false;
  }

  async #rulesOf(instrument: Instrument): Promise<Instrument> {
    const { gateway } = this.#deps;
    const listed = await this.#asked('trading rules', () =>
      gateway.instruments([instrument.symbol]),
    );
    return listed?.[0] ?? instrument;
  }

  /** Sends it, once, and waits for its end. False when the exchange has refused it. */
  async #sell(order: ApprovedOrder): Promise<boolean> {
    const { gateway, record } = this.#deps;
    const { symbol, clientOrderId: client } = order;
    const amount = toText(order.amount);
    record({ what: 'sell', symbol, client_order_id: client, amount });
    const outcome: PlaceOutcome = await gateway.place(order);
    const message = 'message' in outcome ? outcome.message : '';
    record({
      what: 'sell answered',
      symbol,
      client_order_id: client,
      outcome: outcome.kind,
      message,
    });
    if (outcome.kind === 'acked') await this.#ended(order, outcome.report);
    else if (outcome.kind === 'unknown') await this.#findOut(order, message);
    else {
      this.#problems.add(`${symbol}: selling ${amount} was refused: ${message}`);
      return false;
    }
    return true;
  }

  async #ended(order: ApprovedOrder, first: OrderReport): Promise<void> {
    const { gateway, record } = this.#deps;
    const { symbol, clientOrderId } = order;
    const { exchangeOrderId } = first;
    let report = first;
    this.#tally.sold(report);
    while (report.status === 'open' && !this.#isLate) {
      await this.#pause(AGAIN_MS_MIN);
      const ref = { symbol, clientOrderId, exchangeOrderId, since: first.at };
      const found = await gateway.lookup(ref);
      if (found.kind === 'found') ({ report } = found);
      this.#tally.sold(report);
    }
    const filled = toText(report.filled);
    record({
      what: 'sell ended',
      symbol,
      client_order_id: clientOrderId,
      state: report.status,
      filled,
    });
    if (report.status === 'open') this.#fail(`${symbol}: sell ${exchangeOrderId} is still open`);
  }

  /** Whether it has arrived is not known: it is asked after until it is there, or can never be any more. */
  async #findOut(order: ApprovedOrder, why: string): Promise<void> {
    const { gateway, clock, record } = this.#deps;
    const { symbol, clientOrderId } = order;
    const { lifetimeMs, readLagMs } = gateway.timing;
    const quietAtMs = clock.monotonicMs() + lifetimeMs + readLagMs + MARGIN_MS;
    for (let absences = 0; absences < ABSENCES_NEEDED;) {
      const found = await gateway.lookup({ symbol, clientOrderId });
      if (found.kind === 'found') {
        await this.#ended(order, found.report);
        return;
      }
      if (this.#isLate) {
        this.#fail(`${symbol}: what became of sell ${clientOrderId} is not known: ${why}`);
        return;
      }
      if (found.kind === 'absent' && clock.monotonicMs() >= quietAtMs) absences += 1;
      await this.#pause(AGAIN_MS_MIN * 2);
    }
    record({ what: 'sell never arrived', symbol, client_order_id: clientOrderId });
  }

  /** The answer, or undefined when there was none in time. @throws Error `KEY_REFUSED` */
  async #asked<Value>(what: string, question: () => Promise<Value>): Promise<Value | undefined> {
    for (let waitMs = AGAIN_MS_MIN; ; waitMs = Math.min(AGAIN_MS_MAX, waitMs * 2)) {
      try {
        return await question();
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        if (words.startsWith('KEY_')) throw error;
        this.#deps.record({ what: 'no answer', question: what, message: words });
        if (this.#isLate) {
          this.#fail(`${what}: ${words}`);
          return undefined;
        }
        await this.#pause(waitMs);
      }
    }
  }

  #fail(problem: string): void {
    this.#isComplete = false;
    this.#problems.add(problem);
  }

  get #isLate(): boolean {
    return this.#deps.clock.monotonicMs() >= this.#deadlineMs;
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#deps.clock.after(ms, resolve));
  }
}
