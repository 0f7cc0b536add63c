/** Pairs of orders of which one cancels the other: their ids, and which of them are done. */
import { isOpen } from './account.ts';
import type { Order, OrderList } from './types.ts';

/** Most lists that are remembered after they are done; the oldest is forgotten first. */
const DONE_MAX = 10_000;

export class OrderLists {
  /** By id, oldest first. */
  readonly byId = new Map<number, OrderList>();
  /** Latest list per account and client id. */
  readonly #byClientId = new Map<string, OrderList>();
  /** In the order in which they were done. */
  readonly #done = new Set<OrderList>();

  /** The latest list that used a client id, open or done. */
  find(accountId: string, clientListId: string): OrderList | undefined {
    return this.#byClientId.get(keyOf(accountId, clientListId));
  }

  add(list: OrderList): void {
    this.byId.set(list.id, list);
    this.#byClientId.set(keyOf(list.accountId, list.clientListId), list);
  }

  /** The open order that an order would cancel; undefined when it is alone. */
  openOther(order: Order): Order | undefined {
    if (order.listId === 0) return undefined;
    const [first, second] = this.byId.get(order.listId)?.orders ?? [];
    const other = first?.id === order.id ? second : first;
    return other !== undefined && isOpen(other) ? other : undefined;
  }

  /** Notes that an order has left the market. Returns its list when that is thereby done. */
  closed(order: Order): OrderList | undefined {
    if (order.listId === 0 || this.openOther(order) !== undefined) return undefined;
    const list = this.byId.get(order.listId);
    if (list === undefined) return undefined;
    list.status = 'ALL_DONE';
    list.updatedMs = order.updatedMs;
    this.#done.add(list);
    if (this.#done.size > DONE_MAX) this.#forgetOldest();
    return list;
  }

  /** Takes in lists of an earlier run that are done, in the order in which they were. */
  recall(done: readonly OrderList[]): void {
    const all = [...done.slice(-DONE_MAX), ...this.byId.values()].sort((a, b) => a.id - b.id);
    this.clear();
    for (const list of all) this.add(list);
    for (const list of done.slice(-DONE_MAX)) this.#done.add(list);
  }

  clear(): void {
    this.byId.clear();
    this.#byClientId.clear();
    this.#done.clear();
  }

  #forgetOldest(): void {
    const [list] = this.#done;
    if (list === undefined) return;
    this.#done.delete(list);
    this.byId.delete(list.id);
    const key = keyOf(list.accountId, list.clientListId);
    if (this.#byClientId.get(key) === list) this.#byClientId.delete(key);
  }
}

function keyOf(accountId: string, clientListId: string): string {
  return `${accountId} ${clientListId}`;
}
