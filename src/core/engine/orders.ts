/** Orders by every name they go by. Live ones always; closed ones for a while, so that late truths find their order. */
import type { Fill } from '../domain/fill.ts';
import type { ClientOrderId, IntentId } from '../domain/ids.ts';
import type { OrderRecord, OrderReport } from '../domain/order.ts';

/** Closed orders remembered; older ones are found again through the journal. */
const CLOSED_ORDERS_KEPT = 500;

export class OrderIndex {
  readonly #byIntent = new Map<IntentId, OrderRecord>();
  readonly #byClient = new Map<ClientOrderId, OrderRecord>();
  readonly #byExchange = new Map<string, OrderRecord>();
  readonly #closed: OrderRecord[] = [];

  add(record: OrderRecord): void {
    this.#byIntent.set(record.intent.intentId, record);
    this.#byClient.set(record.intent.clientOrderId, record);
    this.link(record);
  }

  /** Makes the order findable by the exchange's id, once known. */
  link(record: OrderRecord): void {
    if (record.exchangeOrderId !== undefined) {
      this.#byExchange.set(`${record.intent.symbol} ${record.exchangeOrderId}`, record);
    }
  }

  get(intentId: IntentId): OrderRecord | undefined {
    return this.#byIntent.get(intentId);
  }

  byReport(report: OrderReport): OrderRecord | undefined {
    return this.#byClient.get(report.clientOrderId);
  }

  byFill(fill: Fill): OrderRecord | undefined {
    if (fill.clientOrderId !== undefined) {
      const record = this.#byClient.get(fill.clientOrderId);
      if (record) return record;
    }
    return this.#byExchange.get(`${fill.symbol} ${fill.exchangeOrderId}`);
  }

  /** The order is over: keep it among the last closed ones only. */
  retire(record: OrderRecord): void {
    this.#closed.push(record);
    if (this.#closed.length <= CLOSED_ORDERS_KEPT) return;
    const oldest = this.#closed.shift();
    if (!oldest) return;
    this.#byIntent.delete(oldest.intent.intentId);
    this.#byClient.delete(oldest.intent.clientOrderId);
    if (oldest.exchangeOrderId !== undefined) {
      this.#byExchange.delete(`${oldest.intent.symbol} ${oldest.exchangeOrderId}`);
    }
  }
}
