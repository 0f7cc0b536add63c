/**
 * The physical guarantee that an order leaves at most once: on the order lane no POST passes that does not carry a client
 * order id with an open gate, and a gate lets one POST through. It also tells, afterwards, whether anything was sent.
 */

/** A request was stopped before it left this machine. */
export class SendRefused extends Error {
  override readonly name = 'SendRefused';
}

export class SendGate {
  readonly #open = new Map<string, boolean>();

  /** Lets one POST with this id pass, until `close`. */
  open(clientOrderId: string): void {
    if (this.#open.has(clientOrderId))
      throw new SendRefused(`${clientOrderId} is being sent already`);
    this.#open.set(clientOrderId, false);
  }

  /** Called with every request of the lane just before it is sent. @throws SendRefused */
  pass(method: string, request: string): void {
    if (method !== 'POST') return;
    for (const [id, sent] of this.#open) {
      if (!request.includes(id)) continue;
      if (sent) throw new SendRefused(`${id} was sent already; an order is never sent twice`);
      this.#open.set(id, true);
      return;
    }
    throw new SendRefused('no order is waiting to be sent with this request');
  }

  /** Nothing with this id passes any more. @returns whether something had. */
  close(clientOrderId: string): boolean {
    const sent = this.#open.get(clientOrderId) ?? false;
    this.#open.delete(clientOrderId);
    return sent;
  }
}
