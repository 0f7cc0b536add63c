/** What the paper exchange remembers of the past: bounded, newest kept. The journal holds the whole of it. */
import type { Fill } from '../../core/domain/fill.ts';
import type { ClientOrderId, MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { PaperOrder } from './paperOrder.ts';

const MAX_CLOSED_ORDERS = 10_000;
const MAX_FILLS = 10_000;

export class PaperHistory {
  readonly #orders = new Map<ClientOrderId, PaperOrder>();
  /** Ids in the order of their end, a ring; `#oldest` is the place of the next. */
  readonly #ids: ClientOrderId[] = [];
  #oldest = 0;
  #fills: Fill[] = [];

  addOrder(order: PaperOrder): void {
    const oldest = this.#ids[this.#oldest];
    if (oldest !== undefined) this.#orders.delete(oldest);
    this.#ids[this.#oldest] = order.clientOrderId;
    this.#oldest = (this.#oldest + 1) % MAX_CLOSED_ORDERS;
    this.#orders.set(order.clientOrderId, order);
  }

  order(id: ClientOrderId): PaperOrder | undefined {
    return this.#orders.get(id);
  }

  addFill(fill: Fill): void {
    this.#fills.push(fill);
    // Cut in large pieces, so that the cost per fill stays constant.
    if (this.#fills.length >= 2 * MAX_FILLS) this.#fills = this.#fills.slice(-MAX_FILLS);
  }

  /** At or after `since`, ascending. */
  fills(symbol: MarketSymbol, since: Millis): Fill[] {
    return this.#fills.filter((fill) => fill.symbol === symbol && fill.at >= since);
  }
}
