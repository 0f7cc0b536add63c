/**
 * The physical guarantee that an order leaves at most once: on the order lane no POST passes that does not carry a client
 * order id with an open gate, and a gate lets one POST through. It also tells, afterwards, whether anything was sent.
 */

import type { Clock } from '../../ports/clock.ts';

/** A request was stopped before it left this machine. */
export class SendRefused extends Error {
  override readonly name = 'SendRefused';
}

/**
 * A gate that opened longer ago lets nothing through: the process stood still meanwhile, and another may have taken over and
 * decided that the order never left. Longer than any healthy wait for the rate budget.
 */
const GATE_MS_MAX = 15_000;

interface Gate {
  readonly wallMs: number;
  readonly monotonicMs: number;
  sent: boolean;
}

export class SendGate {
  readonly #open = new Map<string, Gate>();
  readonly #clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;

  constructor(clock: Pick<Clock, 'wallMs' | 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Lets one POST with these ids pass, until `close`: one order, or the legs of a pair. */
  open(clientOrderIds: readonly string[]): void {
    const taken = clientOrderIds.find((id) => this.#open.has(id));
    if (taken !== undefined) throw new SendRefused(`${taken} is being sent already`);
    const now = { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
    for (const id of clientOrderIds) this.#open.set(id, { ...now, sent: false });
  }

  /** Called with every request of the lane just before it is sent. @throws SendRefused */
  pass(method: string, request: string): void {
    if (method !== 'POST') return;
    const named = [...this.#open].filter(([id]) => request.includes(id));
    if (named.length === 0)
      throw new SendRefused('no order is waiting to be sent with this request');
    const again = named.find(([, { sent }]) => sent);
    if (again) throw new SendRefused(`${again[0]} was sent already; an order is never sent twice`);
    const late = named.find(([, gate]) => this.#isLate(gate));
    if (late)
      throw new SendRefused(`${late[0]} should have been sent long ago; it is not sent now`);
    for (const [, gate] of named) gate.sent = true;
  }

  /** Nothing with these ids passes any more. @returns whether something had. */
  close(clientOrderIds: readonly string[]): boolean {
    const sent = clientOrderIds.some((id) => this.#open.get(id)?.sent === true);
    for (const id of clientOrderIds) this.#open.delete(id);
    return sent;
  }

  /** By either clock: a machine that was paused may show it on one of them only. */
  #isLate({ wallMs, monotonicMs }: Gate): boolean {
    return (
      this.#clock.monotonicMs() - monotonicMs > GATE_MS_MAX ||
      Math.abs(this.#clock.wallMs() - wallMs) > GATE_MS_MAX
    );
  }
}
