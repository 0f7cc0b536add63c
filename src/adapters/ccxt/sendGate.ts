/**
 * The physical guarantee that an order leaves at most once: on the order lane no POST passes that does not carry a client
 * order id with an open gate, and a gate lets one POST through. It is asked twice: when the request is signed, and in the turn in
 * which its bytes leave. It also tells, afterwards, whether anything was sent.
 */

import type { LastLook } from '../../ports/exchangeGateway.ts';
import type { Clock } from '../../ports/clock.ts';
import { describe } from './errors.ts';

/** A request was stopped before it left this machine. */
export class SendRefused extends Error {
  override readonly name: string = 'SendRefused';
}

/** It was stopped by the last look, whose word the message is. */
export class Withheld extends SendRefused {
  override readonly name = 'Withheld';
}

/**
 * A gate that opened longer ago lets nothing through: the process stood still meanwhile, and another may have taken over and
 * decided that the order never left. Longer than any healthy wait for the rate budget.
 */
const GATE_MS_MAX = 15_000;

interface Gate {
  readonly wallMs: number;
  readonly monotonicMs: number;
  /** A request with this id was signed: no second one is. */
  signed: boolean;
  /** Its bytes were held back at the last moment: nothing has left. */
  held: boolean;
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
    for (const id of clientOrderIds) this.#open.set(id, { ...now, signed: false, held: false });
  }

  /** Called with every request of the lane when it is signed. @throws SendRefused */
  pass(method: string, request: string): void {
    if (method !== 'POST') return;
    const named = this.#namedIn(request);
    const again = named.find(([, { signed }]) => signed);
    if (again) throw new SendRefused(`${again[0]} was sent already; an order is never sent twice`);
    this.#checkAge(named);
    for (const [, gate] of named) gate.signed = true;
  }

  /**
   * Called with every request of the lane in the turn in which its bytes leave: it may have waited for a connection since it was
   * signed. @throws SendRefused, Withheld
   */
  leave(method: string, request: string, look: LastLook | undefined): void {
    if (method !== 'POST') {
      ask(look);
      return;
    }
    const named = this.#namedIn(request);
    try {
      this.#checkAge(named);
      ask(look);
    } catch (error) {
      for (const [, gate] of named) gate.held = true;
      throw error;
    }
  }

  /** Nothing with these ids passes any more. @returns whether something had, or may have. */
  close(clientOrderIds: readonly string[]): boolean {
    const gates = clientOrderIds.map((id) => this.#open.get(id));
    for (const id of clientOrderIds) this.#open.delete(id);
    return gates.some((gate) => gate?.signed === true && !gate.held);
  }

  #namedIn(request: string): readonly [string, Gate][] {
    const named = [...this.#open].filter(([id]) => request.includes(id));
    if (named.length > 0) return named;
    throw new SendRefused('no order is waiting to be sent with this request');
  }

  /** By either clock: a machine that was paused may show it on one of them only. */
  #checkAge(named: readonly [string, Gate][]): void {
    const late = named.find(
      ([, { wallMs, monotonicMs }]) =>
        this.#clock.monotonicMs() - monotonicMs > GATE_MS_MAX ||
        Math.abs(this.#clock.wallMs() - wallMs) > GATE_MS_MAX,
    );
    if (late)
      throw new SendRefused(`${late[0]} should have been sent long ago; it is not sent now`);
  }
}

/** A look that cannot be taken holds back: nothing is known to allow the request. */
function ask(look: LastLook | undefined): void {
  let why: string;
  try {
    why = look?.() ?? '';
  } catch (error) {
    why = describe(error);
  }
  if (why !== '') throw new Withheld(why);
}
