/** Cancels an account's orders unless it says in time that it is still there. */
import type { World } from '../../market/world.ts';
import { isWaiting } from './algoOrders.ts';

/** The switches that are set. Wall time: they are about the client, not about the market. */
export class DeadManSwitches {
  readonly #world: World;
  /** Monotonic time each account's orders are cancelled at. */
  readonly #dueMs = new Map<string, number>();
  #nowMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Starts an account's countdown anew; 0 ends it. */
  set(accountId: string, seconds: number): void {
    if (seconds === 0) this.#dueMs.delete(accountId);
    else this.#dueMs.set(accountId, this.#nowMs + seconds * 1_000);
  }

  /** Cancels what is due. Algo orders that wait for their trigger stay, an assumption: OKX speaks of pending orders. */
  flush(monotonicMs: number): void {
    this.#nowMs = monotonicMs;
    for (const [accountId, dueMs] of this.#dueMs) {
      if (dueMs > monotonicMs) continue;
      this.#dueMs.delete(accountId);
      const open = this.#world.engine.accounts.get(accountId)?.open.values() ?? [];
      const orders = [...open].filter((order) => !isWaiting(order)).sort((a, b) => a.id - b.id);
      for (const order of orders) this.#world.cancel(order);
    }
  }
}
