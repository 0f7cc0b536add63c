/** What the exchange says of its orders where that is not what its engine holds, and about which of them it has contradicted itself. */
import { isOpen } from '../../src/simulator/engine/account.ts';
import type { Order } from '../../src/simulator/engine/types.ts';

/** How an order is said to have ended. */
export type ClaimedEnd = 'canceled' | 'expired' | 'rejected';

/** By then what turns up has been told of. */
const TOLD_MS = 2_000;

const STATUS: Readonly<Record<Order['status'], string>> = {
  NEW: 'open',
  PARTIALLY_FILLED: 'open',
  FILLED: 'closed',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
};

export class Claims {
  /** Client ids of orders about which it has said, or will say, what is not so. */
  readonly lies = new Set<string>();
  readonly #now: () => number;
  readonly #ends = new Map<number, ClaimedEnd>();
  readonly #mutedUntil = new Map<string, number>();
  readonly #hiddenUntil = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** ccxt's word for how the order stands, as the exchange tells it. */
  statusOf(order: Order): string {
    return this.#ends.get(order.id) ?? STATUS[order.status];
  }

  isOpen(order: Order): boolean {
    return isOpen(order) && !this.#ends.has(order.id);
  }

  /** From now on it says that the order has ended so. */
  end(order: Order, as: ClaimedEnd): void {
    this.#ends.set(order.id, as);
  }

  /** It says how it is again. True when it had said something else. */
  retract(order: Order): boolean {
    return this.#ends.delete(order.id);
  }

  /** No stream tells of the order for so long. */
  mute(clientOrderId: string, forMs: number): void {
    this.#mutedUntil.set(clientOrderId, this.#now() + forMs);
  }

  isMuted(clientOrderId: string): boolean {
    return (this.#mutedUntil.get(clientOrderId) ?? 0) > this.#now();
  }

  /** Neither answers nor streams tell of the order for so long, far beyond the lag it promises. */
  hide(clientOrderId: string, forMs: number): void {
    this.lies.add(clientOrderId);
    this.#hiddenUntil.set(clientOrderId, this.#now() + forMs);
    this.mute(clientOrderId, forMs);
  }

  /** Something that is hidden will turn up, or has just done so. */
  get isHolding(): boolean {
    const since = this.#now() - TOLD_MS;
    return [...this.#hiddenUntil.values()].some((until) => until > since && until < Infinity);
  }

  isHidden(clientOrderId: string): boolean {
    return (this.#hiddenUntil.get(clientOrderId) ?? 0) > this.#now();
  }
}
