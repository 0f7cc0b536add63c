/**
 * Where orders leave: what is planned gets a permit, whoever brings its hint first takes it, and one request is made of it, ever.
 * Every outcome goes back as an event. Ways out (exits, stops) do not wait for the queue: what nobody has taken soon is taken here.
 */
import type { IntentId } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { whyDeny, whyNotSend } from '../core/engine/maySend.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import { reapproved } from '../core/risk/approve.ts';
import type { ExchangeGateway, PairOutcome, PlaceOutcome } from '../ports/exchangeGateway.ts';
import type { QueueJob } from '../ports/orderQueue.ts';
import { CancelDesk } from './cancelDesk.ts';
import { Hints, LATE_MS, type HintsDeps } from './hints.ts';
import { Permits, type Permit } from './permits.ts';
import type { Session } from './session.ts';
import type { TradingRules } from './tradingRules.ts';

const TOO_OLD = 'not sent within its time to live';
const FAILED = 'another process has taken over, or this one has failed';

export interface DeskDeps extends HintsDeps {
  readonly session: Session;
  readonly gateway: Pick<ExchangeGateway, 'place' | 'placePair' | 'cancel'>;
  readonly permits: Permits;
  /** Takes over an order whose outcome is not known. */
  readonly resolve: (order: OrderRecord) => void;
  /** Told when an order broke a rule of its market; absent where rules never change. */
  readonly rules?: Pick<TradingRules, 'doubt'>;
}

interface Refusal {
  readonly why: string;
  readonly as: 'expired' | 'denied';
}

export class OrderDesk {
  readonly permits: Permits;
  readonly cancels: CancelDesk;
  readonly hints: Hints;
  readonly #deps: DeskDeps;
  /** Orders whose permit is taken and whose outcome is not known yet. */
  readonly #sending = new Set<IntentId>();
  #beforeEntry: () => string = () => '';

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.permits = deps.permits;
    this.hints = new Hints(deps);
    this.cancels = new CancelDesk({ ...deps, hints: this.hints });
  }

  /** Permits that nobody has taken, requests under way, and cancels that are wished. */
  get busy(): number {
    return this.permits.untaken().length + this.#sending.size + this.cancels.busy;
  }

  /** Called right before the bytes of an entry leave: says why they must not, or nothing. Must not throw. */
  onEntry(look: () => string): void {
    this.#beforeEntry = look;
  }

  /** The order is on record as planned: from now on it may be sent, once. */
  planned(intentId: IntentId): void {
    const order = this.#deps.session.order(intentId);
    if (order?.state !== 'PLANNED') return;
    const permit = this.permits.grant(this.#sentTogether(order));
    // The other leg of its pair came first, and had the permit of both.
    if (!permit) return;
    const isWayOut = permit.orders.every(({ intent }) => intent.purpose === 'exit');
    this.hints.give(order, 'place', isWayOut ? 'way out' : 'entry', () => this.due(intentId));
    if (isWayOut && (this.permits.has(intentId) || this.#sending.has(intentId)))
      this.#alarmIfLate(permit);
  }

  /** A hint from the queue. It means nothing to an order that is sent, over, or of another run. */
  async handle({ kind, intentId, clientOrderId }: QueueJob): Promise<void> {
    const order = this.#deps.session.order(intentId);
    if (order?.intent.clientOrderId !== clientOrderId) return;
    await (kind === 'place' ? this.due(intentId) : this.cancels.due(intentId));
  }

  /** Sends the order now if nobody has begun to. */
  due(intentId: IntentId): Promise<void> | undefined {
    const permit = this.permits.take(intentId);
    return permit && this.#send(permit);
  }

  /** The order's cancel is wished. One that has not been sent ends here. */
  cancel(order: OrderRecord): void {
    const { intentId } = order.intent;
    const permit = this.permits.take(intentId);
    if (permit) this.#endUnsent(permit, { why: 'cancelled before it was sent', as: 'expired' });
    // Its answer comes first: the last look holds it back, or it is cancelled then.
    else if (!this.#sending.has(intentId)) this.cancels.wish(order);
  }

  /** Ends every order that has not been sent: what was planned is not what is wanted now. */
  revokeAll(why: string): void {
    for (const { orders } of this.permits.untaken()) {
      const [first] = orders;
      const permit = first && this.permits.take(first.intent.intentId);
      if (permit) this.#endUnsent(permit, { why, as: 'expired' });
    }
  }

  /** Ends what nobody has taken in time, and asks after what has no permit any more and was never seen to be sent. */
  tidy(): void {
    const { session } = this.#deps;
    for (const permit of this.permits.untaken()) {
      const [first] = permit.orders;
      if (first && this.permits.isVoid(permit) && this.permits.take(first.intent.intentId))
        this.#endUnsent(permit, { why: TOO_OLD, as: 'expired' });
    }
    // What a step has planned that is not written yet has no permit either.
    if (session.standstill !== '') return;
    for (const order of session.liveOrders()) {
      const { intentId } = order.intent;
      if (order.state !== 'PLANNED' || this.permits.has(intentId)) continue;
      if (!this.#sending.has(intentId)) this.#doubt(order, 'its permit is gone');
    }
  }

  #send(permit: Permit): Promise<void> | undefined {
    const { session } = this.#deps;
    const { orders } = permit;
    // The exchange has told of it: what nobody here has sent cannot be, and is not made true.
    if (orders.some(({ state }) => state !== 'PLANNED')) return undefined;
    const refusal = this.#whyNot(permit);
    if (refusal) {
      this.#endUnsent(permit, refusal);
      return undefined;
    }
    for (const { intent } of orders) this.#sending.add(intent.intentId);
    for (const order of orders) session.outcome(order, 'sending', '');
    const outcome = this.#ask(permit);
    if (!(outcome instanceof Promise)) {
      this.#answered(permit, outcome);
      return undefined;
    }
    return outcome.then(
      (known) => {
        this.#answered(permit, known);
      },
      (error: unknown) => {
        const unknown = { kind: 'unknown', message: String(error) } as const;
        this.#answered(permit, [unknown, unknown]);
      },
    );
  }

  /** One request. The look is taken when its bytes leave: much may have happened while it waited. */
  #ask(permit: Permit): readonly PlaceOutcome[] | Promise<readonly PlaceOutcome[]> {
    const { gateway } = this.#deps;
    const [first, second] = permit.orders;
    if (!first) return [];
    const look = (): string => {
      const why = this.#lastLook(permit);
      permit.hasLeft = why === '';
      return why;
    };
    if (!second) return mapped(gateway.place(reapproved(first.intent), look), (it) => [it]);
    const pair = { stop: reapproved(first.intent), target: reapproved(second.intent) };
    return mapped(gateway.placePair(pair, look), legsOf);
  }

  #lastLook(permit: Permit): string {
    if (!this.#deps.session.isOurs()) return FAILED;
    const isEntry = permit.orders.some(({ intent }) => intent.purpose === 'entry');
    const why = isEntry ? this.#beforeEntry() : '';
    return why === '' ? (this.#whyNot(permit)?.why ?? '') : why;
  }

  #whyNot(permit: Permit): Refusal | undefined {
    const { session } = this.#deps;
    const { orders } = permit;
    if (session.stopped) return { why: FAILED, as: 'expired' };
    if (this.permits.isVoid(permit)) return { why: TOO_OLD, as: 'expired' };
    const rule = orders.map((order) => whyDeny(session.state, order)).find((it) => it !== '');
    if (rule !== undefined) return { why: rule, as: 'denied' };
    const why = orders.map((order) => this.#whyNotSend(order, orders)).find((it) => it !== '');
    return why === undefined ? undefined : { why, as: 'expired' };
  }

  #whyNotSend(order: OrderRecord, orders: readonly OrderRecord[]): string {
    const { session } = this.#deps;
    const { pairId, purpose } = order.intent;
    if (pairId !== undefined && orders.length < 2)
      return 'the other leg of its pair ended before it was sent';
    const why = whyNotSend(session.state, order);
    if (why !== '' || purpose === 'exit') return why;
    return session.state.armed ? session.standstill : 'the bot was stopped before it was sent';
  }

  #answered(permit: Permit, outcomes: readonly PlaceOutcome[]): void {
    const { orders } = permit;
    permit.hasLeft = true;
    for (const [index, order] of orders.entries()) {
      this.#sending.delete(order.intent.intentId);
      const outcome = outcomes[index];
      if (outcome) this.#settled(order, outcome);
    }
    for (const order of orders)
      if (order.cancelRequested && !isTerminal(order.state)) this.cancel(order);
  }

  #settled(order: OrderRecord, outcome: PlaceOutcome): void {
    const { session, rules } = this.#deps;
    if (outcome.kind === 'acked') session.report(outcome.report);
    else if (outcome.kind === 'withheld') session.outcome(order, 'withheld', outcome.message);
    else if (outcome.kind === 'rejected') {
      session.outcome(order, 'rejected', `${outcome.code} ${outcome.message}`.trim());
      if (outcome.breaksRule === true) rules?.doubt();
      if (outcome.lacksPlace === true && order.intent.type === 'stop')
        session.dispatch({ kind: 'crowded', at: session.state.now, symbol: order.intent.symbol });
    } else this.#doubt(order, outcome.message);
  }

  #doubt(order: OrderRecord, why: string): void {
    this.#deps.session.outcome(order, 'unknown', why);
    this.#deps.resolve(order);
  }

  /** Its permit is taken and will not be used: nothing can have left. */
  #endUnsent({ orders }: Permit, { why, as }: Refusal): void {
    for (const order of orders) this.#deps.session.outcome(order, as, why);
  }

  /** I13: what is due and has not left soon is told to the operator. */
  #alarmIfLate(permit: Permit): void {
    const { clock, session } = this.#deps;
    clock.after(LATE_MS, () => {
      const [order] = permit.orders;
      if (!permit.hasLeft && order && !isTerminal(order.state))
        session.outcome(order, 'late', `it waits since ${String(LATE_MS / 1_000)} s`);
    });
  }

  /** The order, or both legs of its pair: the stop first. */
  #sentTogether(order: OrderRecord): readonly OrderRecord[] {
    const { pairId } = order.intent;
    const partner = pairId === undefined ? undefined : this.#deps.session.order(pairId);
    if (partner?.state !== 'PLANNED') return [order];
    return order.intent.type === 'stop' ? [order, partner] : [partner, order];
  }
}

function legsOf({ stop, target }: PairOutcome): readonly PlaceOutcome[] {
  return [stop, target];
}

/** Of what is known already, known at once: a backtest makes no promise per order. */
function mapped<From, To>(value: From | Promise<From>, map: (value: From) => To): To | Promise<To> {
  return value instanceof Promise ? value.then(map) : map(value);
}
