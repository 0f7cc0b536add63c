/** Orders at one price, first in, first out. Linked through the orders themselves, so that any of them leaves in O(1). */
import type { Order } from './types.ts';

export interface OrderQueue {
  first: Order | undefined;
  last: Order | undefined;
}

/** Puts an order at the end. */
export function enqueue(queue: OrderQueue, order: Order): void {
  order.ahead = queue.last;
  order.behind = undefined;
  if (queue.last === undefined) queue.first = order;
  else queue.last.behind = order;
  queue.last = order;
}

/** Takes an order out of the queue it is in. */
export function dequeue(queue: OrderQueue, order: Order): void {
  if (order.ahead === undefined) queue.first = order.behind;
  else order.ahead.behind = order.behind;
  if (order.behind === undefined) queue.last = order.ahead;
  else order.behind.ahead = order.ahead;
  order.ahead = undefined;
  order.behind = undefined;
}
