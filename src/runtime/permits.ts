/**
 * The right to send a request, once. A permit is made after the commit that planned its orders has succeeded, lives in this process's
 * memory only, and is never made a second time: a hint that comes twice, late, or from another run finds none and sends nothing.
 */
import type { IntentId } from '../core/domain/ids.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * No permit is good for longer, by any clock: the process stood still meanwhile, or a clock was set, and another process may have
 * taken over and asked the exchange in vain. Longer than any healthy wait for the rate budget.
 */
const PERMIT_MS_MAX = 15_000;

/** What the three clocks said: this machine's two, and the exchange's as far as it is known. */
interface Reading {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly exchangeMs: number;
}

export interface Permit {
  /** One order, or both legs of a pair: the stop first. One request carries them all. */
  readonly orders: readonly OrderRecord[];
  readonly madeAt: Reading;
  /** How long it is good for, milliseconds. */
  readonly lifetimeMs: number;
  /** Monotonic time before which it is not driven again, and how often it was. */
  nextDriveMs: number;
  drives: number;
  /** The bytes of its request have left. */
  hasLeft: boolean;
}

export interface PermitsDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>;
  /** Exchange clock minus ours, as last measured; undefined before. */
  readonly offsetMs: () => number | undefined;
  /** How long an entry may wait to be sent; a way out is given as long as a permit may live. */
  readonly orderTtlMs: number;
}

export class Permits {
  readonly #deps: PermitsDeps;
  readonly #untaken = new Map<IntentId, Permit>();
  /** Orders that have had their permit, whatever became of it. */
  readonly #made = new WeakSet<OrderRecord>();

  constructor(deps: PermitsDeps) {
    this.#deps = deps;
  }

  /** The only mint. Call when the orders are on record; undefined when one of them has had its permit. */
  grant(orders: readonly OrderRecord[]): Permit | undefined {
    if (orders.some((order) => this.#made.has(order))) return undefined;
    for (const order of orders) this.#made.add(order);
    const madeAt = this.#read();
    const isEntry = orders.some(({ intent }) => intent.purpose === 'entry');
    const permit: Permit = {
      orders,
      madeAt,
      lifetimeMs: isEntry ? Math.min(PERMIT_MS_MAX, this.#deps.orderTtlMs) : PERMIT_MS_MAX,
      nextDriveMs: madeAt.monotonicMs,
      drives: 0,
      hasLeft: false,
    };
    for (const { intent } of orders) this.#untaken.set(intent.intentId, permit);
    return permit;
  }

  has(intentId: IntentId): boolean {
    return this.#untaken.has(intentId);
  }

  /** Takes the permit, for all of its orders; undefined when there is none any more: then the order may have gone. */
  take(intentId: IntentId): Permit | undefined {
    const permit = this.#untaken.get(intentId);
    for (const { intent } of permit?.orders ?? []) this.#untaken.delete(intent.intentId);
    return permit;
  }

  /** Every permit that nobody has taken, oldest first, each once. */
  untaken(): readonly Permit[] {
    return [...new Set(this.#untaken.values())];
  }

  /** It is too old by one of the clocks. */
  isVoid({ madeAt, lifetimeMs }: Permit): boolean {
    const now = this.#read();
    return (
      now.monotonicMs - madeAt.monotonicMs >= lifetimeMs ||
      Math.abs(now.wallMs - madeAt.wallMs) >= lifetimeMs ||
      Math.abs(now.exchangeMs - madeAt.exchangeMs) >= lifetimeMs
    );
  }

  #read(): Reading {
    const { clock, offsetMs } = this.#deps;
    const wallMs = clock.wallMs();
    return { monotonicMs: clock.monotonicMs(), wallMs, exchangeMs: wallMs + (offsetMs() ?? 0) };
  }
}
