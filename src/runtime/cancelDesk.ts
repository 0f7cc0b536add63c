/** Cancels that are wished, each sent once per wish; unlike a placement one may be wished again. */
import type { IntentId } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import { isTerminal } from '../core/orders/transitions.ts';
import type { Clock } from '../ports/clock.ts';
import type { CancelOutcome, ExchangeGateway } from '../ports/exchangeGateway.ts';
import { LATE_MS, type Hints } from './hints.ts';
import { orderRef } from './orderRef.ts';
import type { Session } from './session.ts';

export interface CancelDeskDeps {
  readonly session: Session;
  readonly gateway: Pick<ExchangeGateway, 'cancel'>;
  readonly hints: Hints;
  readonly clock: Clock;
  /** Takes over an order of which it is not known whether it was cancelled. */
  readonly resolve: (order: OrderRecord) => void;
}

interface Wish {
  readonly order: OrderRecord;
  /** Its request is being made. */
  isUnderWay: boolean;
  hasLeft: boolean;
}

export class CancelDesk {
  readonly #deps: CancelDeskDeps;
  readonly #wishes = new Map<IntentId, Wish>();

  constructor(deps: CancelDeskDeps) {
    this.#deps = deps;
  }

  /** Wishes that have not come to an answer. */
  get busy(): number {
    return this.#wishes.size;
  }

  wish(order: OrderRecord): void {
    const { intentId } = order.intent;
    if (this.#wishes.has(intentId)) return;
    const wish = { order, isUnderWay: false, hasLeft: false };
    this.#wishes.set(intentId, wish);
    this.#deps.hints.give(order, 'cancel', 'way out', () => this.due(intentId));
    if (this.#wishes.get(intentId) !== wish) return;
    this.#deps.clock.after(LATE_MS, () => {
      if (this.#wishes.get(intentId) === wish && !wish.hasLeft && order.cancelRequested)
        this.#deps.session.outcome(order, 'late', `it waits since ${String(LATE_MS / 1_000)} s`);
    });
  }

  /** Sends the cancel now if it is still wished and nobody has begun to. */
  due(intentId: IntentId): Promise<void> | undefined {
    const wish = this.#wishes.get(intentId);
    if (!wish || wish.isUnderWay) return undefined;
    wish.isUnderWay = true;
    if (this.#whyNot(wish) !== '') {
      this.#wishes.delete(intentId);
      return undefined;
    }
    const look = (): string => {
      const why = this.#whyNot(wish);
      wish.hasLeft = why === '';
      return why;
    };
    const outcome = this.#deps.gateway.cancel(orderRef(wish.order), look);
    if (!(outcome instanceof Promise)) {
      this.#answered(wish, outcome);
      return undefined;
    }
    return outcome.then(
      (known) => {
        this.#answered(wish, known);
      },
      (error: unknown) => {
        this.#answered(wish, { kind: 'unknown', message: String(error) });
      },
    );
  }

  #whyNot({ order }: Wish): string {
    if (!this.#deps.session.isOurs()) return 'another process has taken over';
    const isWished = order.cancelRequested && !isTerminal(order.state);
    return isWished ? '' : 'nobody wants it cancelled any more';
  }

  #answered({ order }: Wish, outcome: CancelOutcome): void {
    const { session, resolve } = this.#deps;
    this.#wishes.delete(order.intent.intentId);
    if (outcome.kind === 'cancelled') session.report(outcome.report);
    else if (outcome.kind === 'rejected')
      session.outcome(order, 'cancelFailed', `${outcome.code} ${outcome.message}`.trim());
    else resolve(order);
  }
}
