/** The open orders of an account, by id and by client id. */
import { HashSlots } from './hashSlots.ts';
import type { Order } from './types.ts';

export class OpenOrders {
  readonly #byId = new HashSlots<Order>();
  readonly #byClientId = new HashSlots<Order>();

  get size(): number {
    return this.#byId.size;
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  get(id: number): Order | undefined {
    for (let slot = id; ; slot += 1) {
      const order = this.#byId.at(slot);
      if (order === undefined || order.id === id) return order;
    }
  }

  /** The one that uses a client id on an instrument. */
  byClientId(instrumentId: string, clientOrderId: string): Order | undefined {
    for (let slot = hashOf(clientOrderId); ; slot += 1) {
      const order = this.#byClientId.at(slot);
      if (order === undefined) return undefined;
      if (order.clientOrderId === clientOrderId && order.instrument.id === instrumentId)
        return order;
    }
  }

  /** By id, which is oldest first. */
  values(): Order[] {
    return [...this.#byId.values()].sort((a, b) => a.id - b.id);
  }

  add(order: Order): void {
    this.#byId.add(order.id, order);
    this.#byClientId.add(hashOf(order.clientOrderId), order);
  }

  delete(order: Order): void {
    this.#byId.delete(order.id, order);
    this.#byClientId.delete(hashOf(order.clientOrderId), order);
  }
}

/** FNV-1a over the text's UTF-16 units, its upper bits folded into the lower. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash ^ (hash >>> 15);
}
