/** Carries out queue jobs against the exchange: one request per intent, ever; every outcome goes back as an event. */
import type { OrderRecord } from '../core/domain/order.ts';
import { whyDeny, whyNotSend } from '../core/engine/maySend.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import { reapproved } from '../core/risk/approve.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  ExchangeGateway,
  LastLook,
  OrderRef,
  PlaceOutcome,
} from '../ports/exchangeGateway.ts';
import type { Journal } from '../ports/journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { QueueJob } from '../ports/orderQueue.ts';
import { KeyedMutex } from './mutex.ts';
import type { Session } from './session.ts';
import type { TradingRules } from './tradingRules.ts';

const TOO_OLD = 'not sent within its time to live';
/** From SENDING to the bytes, by either clock: a process that stood still for longer does not know what has happened since. */
const SENDING_MS_MAX = 15_000;

export interface ExecutorDeps {
  readonly session: Session;
  readonly journal: Journal;
  readonly gateway: Pick<ExchangeGateway, 'place' | 'placePair' | 'cancel'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes over an order whose outcome is not known. */
  readonly resolve: (order: OrderRecord) => void;
  /** Told when an order broke a rule of its market; absent where rules never change. */
  readonly rules?: Pick<TradingRules, 'doubt'>;
}

/** Market time reaches us by several ways: an execution may be stamped a little before the event that led to its order. */
const MARKET_SKEW_MS = 60_000;

export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #mutex = new KeyedMutex();

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
  }

  /** Symbols with a job running or waiting. */
  get busy(): number {
    return this.#mutex.busy;
  }

  /** Ends every order that has not been sent: what was planned is not what is wanted now. */
  expirePlanned(why: string): void {
    for (const order of this.#deps.session.liveOrders())
      if (order.state === 'PLANNED') this.#deps.session.expire(order, why);
  }

  /** Handles one delivery. A second delivery of the same job finds nothing to do. */
  handle(job: QueueJob): Promise<void> {
    return this.#mutex.run(job.symbol, () =>
      job.kind === 'place' ? this.#place(job) : this.#cancel(job),
    );
  }

  /** A delivery of one leg sends the whole pair; that of the other then finds it sent. */
  async #place(job: QueueJob): Promise<void> {
    const { session, journal } = this.#deps;
    if (!this.#maySend) return;
    const order = session.order(job.intentId);
    if (order?.state !== 'PLANNED') {
      journal.finish(job);
      return;
    }
    const orders = this.#sentTogether(order);
    const ids = orders.map(({ intent }) => intent.intentId);
    if (this.#begin(order, orders)) {
      for (const each of orders) session.outcome(each, 'sending', '');
      await this.#sendUnlessLate(orders);
    }
    // What could not be put on record is still to be done, by whoever comes next.
    if (session.stopped) return;
    for (const intentId of ids) journal.finish({ ...job, intentId });
  }

  /** True when they may be sent, exactly once. Otherwise they end here. */
  #begin(order: OrderRecord, orders: readonly OrderRecord[]): boolean {
    const { session, journal, clock } = this.#deps;
    const end = (why: string, as?: 'denied'): boolean => {
      for (const each of orders) session.expire(each, why, as);
      return false;
    };
    const broken = orders.map((each) => whyDeny(session.state, each)).find((rule) => rule !== '');
    if (broken !== undefined) return end(broken, 'denied');
    const why = this.#whyNot(order, orders);
    if (why !== '') return end(why);
    const ids = orders.map(({ intent }) => intent.intentId);
    return journal.beginSend(ids, clock.wallMs()) || end(TOO_OLD);
  }

  /** A job of the run before may come while this one still boots: it stays due, and the sweeper drives it again. */
  get #maySend(): boolean {
    const { session } = this.#deps;
    return !session.stopped && session.state.armed;
  }

  /** The order, or both legs of its pair: the stop first. */
  #sentTogether(order: OrderRecord): readonly OrderRecord[] {
    const { pairId } = order.intent;
    const partner = pairId === undefined ? undefined : this.#deps.session.order(pairId);
    if (partner?.state !== 'PLANNED') return [order];
    return order.intent.type === 'stop' ? [order, partner] : [partner, order];
  }

  #whyNot(order: OrderRecord, orders: readonly OrderRecord[]): string {
    if (order.intent.pairId !== undefined && orders.length < 2)
      return 'the other leg of its pair ended before it was sent';
    return this.#whyNotAny(orders);
  }

  #whyNotAny(orders: readonly OrderRecord[]): string {
    for (const each of orders) {
      const why = whyNotSend(this.#deps.session.state, each);
      if (why !== '') return why;
    }
    return '';
  }

  /** Keeping on record that they are sent may have found the disk full: what that halts must not leave any more. */
  async #sendUnlessLate(orders: readonly OrderRecord[]): Promise<void> {
    const { session } = this.#deps;
    const isEntry = orders.some(({ intent }) => intent.purpose === 'entry');
    const why = isEntry && session.standstill !== '' ? session.standstill : this.#whyNotAny(orders);
    if (why === '') await this.#send(orders);
    else for (const each of orders) session.outcome(each, 'withheld', why);
  }

  async #send([first, second]: readonly OrderRecord[]): Promise<void> {
    const { gateway } = this.#deps;
    if (!first) return;
    if (!second) {
      const look = this.#lookAt([first]);
      this.#placed(first, await gateway.place(reapproved(first.intent), look));
      return;
    }
    const pair = { stop: reapproved(first.intent), target: reapproved(second.intent) };
    const outcome = await gateway.placePair(pair, this.#lookAt([first, second]));
    this.#placed(first, outcome.stop);
    this.#placed(second, outcome.target);
  }

  /** The process may have waited since it last looked: for the rate budget, for a connection, or because it stood still. */
  #lookAt(orders: readonly OrderRecord[]): LastLook {
    const { session, clock } = this.#deps;
    const since = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
    return () => {
      if (!session.isOurs()) return 'another process has taken over, or this one has failed';
      const passedMs = clock.monotonicMs() - since.monotonicMs;
      const steppedMs = Math.abs(clock.wallMs() - since.wallMs);
      if (passedMs > SENDING_MS_MAX || steppedMs > SENDING_MS_MAX) return TOO_OLD;
      const isEntry = orders.some(({ intent }) => intent.purpose === 'entry');
      if (isEntry && session.standstill !== '') return session.standstill;
      const rule = orders.map((each) => whyDeny(session.state, each)).find((why) => why !== '');
      return rule ?? this.#whyNotAny(orders);
    };
  }

  #placed(order: OrderRecord, outcome: PlaceOutcome): void {
    const { session, resolve, rules } = this.#deps;
    if (outcome.kind === 'acked') {
      session.report(outcome.report);
      return;
    }
    if (outcome.kind === 'withheld') {
      session.outcome(order, 'withheld', outcome.message);
      return;
    }
    if (outcome.kind === 'rejected') {
      session.outcome(order, 'rejected', `${outcome.code} ${outcome.message}`.trim());
      if (outcome.breaksRule === true) rules?.doubt();
      return;
    }
    session.outcome(order, 'unknown', outcome.message);
    resolve(order);
  }

  async #cancel(job: QueueJob): Promise<void> {
    const { session, journal, gateway, resolve } = this.#deps;
    if (session.stopped) return;
    const order = session.order(job.intentId);
    if (order?.state === 'PLANNED') {
      session.expire(order, 'cancelled before it was sent');
      journal.finish(job);
      return;
    }
    // What the engine does not know any more is over.
    if (!order?.cancelRequested || isTerminal(order.state)) {
      journal.finish(job);
      return;
    }
    // When another process has taken over, its orders are not ours to cancel.
    const look = (): string => {
      if (!session.isOurs()) return 'another process has taken over, or this one has failed';
      return order.cancelRequested ? '' : 'nobody wants it cancelled any more';
    };
    const outcome = await gateway.cancel(orderRef(order), look);
    if (outcome.kind === 'cancelled') session.report(outcome.report);
    else if (outcome.kind === 'rejected')
      session.outcome(order, 'cancelFailed', `${outcome.code} ${outcome.message}`.trim());
    else resolve(order);
    journal.finish(job);
  }
}

/** How this order is named to the exchange. */
function orderRef(order: OrderRecord): OrderRef {
  const { symbol, clientOrderId, createdAt } = order.intent;
  const ref = { symbol, clientOrderId, since: createdAt - MARKET_SKEW_MS };
  return order.exchangeOrderId === undefined
    ? ref
    : { ...ref, exchangeOrderId: order.exchangeOrderId };
}

/** The same for a look-up, which may pass over what the books have as other orders. */
export function lookupRef(order: OrderRecord, session: Session): OrderRef {
  return { ...orderRef(order), isOther: (id) => session.isOther(order, id) };
}
