/** What was asked of the exchange: the latest requests, for assertions and for the live summary. */

/** Requests remembered. */
const LOG_MAX = 10_000;

/** One finished request, or one websocket that was asked for (`UPGRADE`). Nothing secret: the query is left out. */
export interface RequestRecord {
  /** Counts up from 1. */
  readonly seq: number;
  /** Wall time of the arrival. */
  readonly at_ms: number;
  readonly method: string;
  readonly path: string;
  readonly account?: string;
  readonly symbol?: string;
  readonly client_order_id?: string;
  /** What the client was sent; 0 when it was sent no status. */
  readonly status: number;
  /** Milliseconds from the arrival to the engine; absent when it never got there. */
  readonly engine_after_ms?: number;
  /** Milliseconds from the arrival to the answer, or to when it was clear that there would be none. */
  readonly answered_after_ms: number;
  /** Id of the fault rule applied. */
  readonly fault?: string;
}

export class RequestLog {
  #records: RequestRecord[] = [];
  #count = 0;

  /** Requests so far, the forgotten ones included. */
  get count(): number {
    return this.#count;
  }

  add(record: Omit<RequestRecord, 'seq'>): void {
    this.#count += 1;
    this.#records.push({ seq: this.#count, ...record });
    if (this.#records.length >= 2 * LOG_MAX) this.#records = this.#records.slice(-LOG_MAX);
  }

  /** The requests still remembered with `seq` above `after`, oldest first. */
  records(after = 0): readonly RequestRecord[] {
    const kept = this.#records.slice(-LOG_MAX);
    return after === 0 ? kept : kept.filter(({ seq }) => seq > after);
  }
}
