/** I13: whether exits and cancels that are due leave in time, seen from the wire; and that no cancel leaves that nobody wants. */
import type { ApprovedOrder } from '../../src/core/domain/order.ts';
import type { Host, ProcessView } from './host.ts';
import { Violation } from './violation.ts';

/** Virtual time in which a way out must be on the wire: the queue's patience, the waits of a fair day, and time to notice. */
const DUE_MS_MAX = 1_000;

interface Due {
  readonly process: ProcessView;
  sinceMs: number;
}

export class WaysOut {
  readonly #host: Host;
  /** By client id of the exit. */
  readonly #due = new Map<string, Due>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** An exit is on record as planned. */
  planned({ purpose, clientOrderId }: ApprovedOrder): void {
    const { process, scheduler } = this.#host;
    if (purpose === 'exit' && process)
      this.#due.set(clientOrderId, { process, sinceMs: scheduler.now });
  }

  left(clientOrderId: string): void {
    this.#due.delete(clientOrderId);
  }

  check(): void {
    for (const [clientOrderId, due] of this.#due) {
      if (isOver(due.process, clientOrderId)) this.#due.delete(clientOrderId);
      else this.#checkDue(clientOrderId, due);
    }
  }

  /** Nothing can leave while its process stands still, or the exchange’s own budget holds everything back: then it is alarmed. */
  #checkDue(clientOrderId: string, due: Due): void {
    const { scheduler, network } = this.#host;
    const { frozenUntil, trader } = due.process;
    const isStill = frozenUntil > scheduler.now || trader.parts?.session.standstill !== '';
    const isHeld = network.isBudgetSpent || network.heldUntilMs > scheduler.now;
    if (isHeld || isStill) due.sinceMs = scheduler.now;
    if (scheduler.now - due.sinceMs > DUE_MS_MAX)
      this.#host.violated(
        new Violation('I13', `exit ${clientOrderId} has not left after ${DUE_MS_MAX} ms`),
      );
  }
}

/** It has left or ended, or its process has. */
function isOver({ alive, trader }: ProcessView, clientOrderId: string): boolean {
  const session = trader.parts?.session;
  if (!alive || session?.stopped !== false) return true;
  const order = session.liveOrders().find(({ intent }) => intent.clientOrderId === clientOrderId);
  return order?.state !== 'PLANNED' && order?.state !== 'SENDING';
}
