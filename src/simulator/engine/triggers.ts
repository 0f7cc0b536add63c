/** Orders of one instrument that wait for their trigger, by the direction from which the last price must come. */
import { SortedLevels } from './levels.ts';
import { dequeue, enqueue } from './queue.ts';
import type { OrderQueue } from './queue.ts';
import { isRisingTrigger } from './types.ts';
import type { Order } from './types.ts';

export class TriggerBook {
  /** Fire at or above their price: lowest first. */
  readonly #rising = new SortedLevels<OrderQueue>();
  /** Fire at or below their price: highest first, by negated price. */
  readonly #falling = new SortedLevels<OrderQueue>();

  /** Puts an order behind those that wait for the same price. */
  add(order: Order): void {
    const side = this.#sideOf(order);
    const key = keyOf(order);
    let queue = side.get(key);
    if (queue === undefined) {
      queue = { first: undefined, last: undefined };
      side.insert(key, queue);
    }
    enqueue(queue, order);
  }

  /** @throws Error when the order does not wait here. */
  remove(order: Order): void {
    const queue = this.queueOf(order);
    if (queue === undefined) throw new Error(`order ${String(order.id)} waits for no trigger`);
    dequeue(queue, order);
    if (queue.first === undefined) this.#sideOf(order).remove(keyOf(order));
  }

  /** Takes out the next order that a last price of `ticks` fires: nearest trigger first, then the longest waiting. */
  take(ticks: number): Order | undefined {
    const order = firedBy(this.#rising.first(), ticks) ?? firedBy(this.#falling.first(), ticks);
    if (order !== undefined) this.remove(order);
    return order;
  }

  /** Orders that wait for the same price as an order. */
  queueOf(order: Order): OrderQueue | undefined {
    return this.#sideOf(order).get(keyOf(order));
  }

  /** Waiting orders, in the order in which each side fires. Do not change the book while iterating. */
  *orders(): IterableIterator<Order> {
    for (const side of [this.#rising, this.#falling]) {
      for (const queue of side.values()) {
        for (let order = queue.first; order !== undefined; order = order.behind) yield order;
      }
    }
  }

  #sideOf(order: Order): SortedLevels<OrderQueue> {
    return isRisingTrigger(order) ? this.#rising : this.#falling;
  }
}

/** Whether a last price of `ticks` reaches the trigger of an order. */
export function isReached(
  order: Pick<Order, 'type' | 'side'>,
  trigger: number,
  ticks: number,
): boolean {
  return isRisingTrigger(order) ? ticks >= trigger : ticks <= trigger;
}

function keyOf(order: Order): number {
  return isRisingTrigger(order) ? order.triggerTicks : -order.triggerTicks;
}

function firedBy(queue: OrderQueue | undefined, ticks: number): Order | undefined {
  const order = queue?.first;
  return order !== undefined && isReached(order, order.triggerTicks, ticks) ? order : undefined;
}
