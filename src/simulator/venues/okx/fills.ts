/** What an order's fills add up to: the engine keeps fills per account, OKX shows the sum and the last one with the order. */
import type { AccountTrade, Order } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';

/** The fills of one order so far. */
export interface FillSummary {
  /** Atoms of the asset the order receives. */
  readonly fee: bigint;
  readonly last: AccountTrade;
}

/** What the fills of each order add up to. Forgets an order when the engine does. */
export class FillIndex {
  readonly #byOrder = new WeakMap<Order, FillSummary>();

  /** Starts from the fills a world already has, and follows it. */
  constructor(world: World) {
    for (const account of world.engine.accounts.values()) {
      for (const trade of account.trades) {
        const order = account.orderById(trade.orderId);
        if (order !== undefined) this.#add(order, trade);
      }
    }
    world.observe({
      onOrder: (order, _execution, fill) => {
        if (fill !== undefined) this.#add(order, fill);
      },
    });
  }

  /** Undefined for an order without fills. */
  of(order: Order): FillSummary | undefined {
    return this.#byOrder.get(order);
  }

  #add(order: Order, fill: AccountTrade): void {
    const earlier = this.#byOrder.get(order)?.fee ?? 0n;
    this.#byOrder.set(order, { fee: earlier + fill.fee, last: fill });
  }
}
