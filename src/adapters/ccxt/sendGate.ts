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

  /** Lets one POST with these ids pass, until `close`: one order, or the legs of a pair. */
  open(clientOrderIds: readonly string[]): void {
    const taken = clientOrderIds.find((id) => this.#open.has(id));
    if (taken !== undefined) throw new SendRefused(`${taken} is being sent already`);
    for (const id of clientOrderIds) this.#open.set(id, false);
  }

  /** Called with every request of the lane just before it is sent. @throws SendRefused */
  pass(method: string, request: string): void {
    if (method !== 'POST') return;
    const named = [...this.#open].filter(([id]) => request.includes(id));
    if (named.length === 0)
      throw new SendRefused('no order is waiting to be sent with this request');
    const again = named.find(([, sent]) => sent);
    if (again) throw new SendRefused(`${again[0]} was sent already; an order is never sent twice`);
    for (const [id] of named) this.#open.set(id, true);
  }

  /** Nothing with these ids passes any more. @returns whether something had. */
  close(clientOrderIds: readonly string[]): boolean {
    const sent = clientOrderIds.some((id) => this.#open.get(id) === true);
    for (const id of clientOrderIds) this.#open.delete(id);
    return sent;
  }
}
