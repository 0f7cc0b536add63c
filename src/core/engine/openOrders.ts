/** A strategy's orders that are not proved ended, and which of them are its guard's. */
import { isGuard, type OrderRecord } from '../domain/order.ts';

export class OpenOrders {
  /** Oldest first. */
  readonly all: readonly OrderRecord[];
  /** Those the strategy has asked for. */
  readonly own: readonly OrderRecord[];
  readonly guards: readonly OrderRecord[];
  readonly #all: OrderRecord[] = [];
  readonly #own: OrderRecord[] = [];
  readonly #guards: OrderRecord[] = [];

  constructor() {
    this.all = this.#all;
    this.own = this.#own;
    this.guards = this.#guards;
  }

  /** As the newest; one that is there already stays where it is. */
  add(record: OrderRecord): void {
    if (this.#all.includes(record)) return;
    this.#all.push(record);
    this.#kindOf(record).push(record);
  }

  /** Nothing happens when it is not there. */
  remove(record: OrderRecord): void {
    takeOut(this.#all, record);
    takeOut(this.#kindOf(record), record);
  }

  #kindOf({ intent }: OrderRecord): OrderRecord[] {
    return isGuard(intent) ? this.#guards : this.#own;
  }
}

function takeOut(list: OrderRecord[], record: OrderRecord): void {
  const at = list.indexOf(record);
  if (at >= 0) list.splice(at, 1);
}
