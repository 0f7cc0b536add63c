/** Orders by every name they go by. Live ones always; closed ones for a while, so that late truths find their order. */
import type { Fill } from '../domain/fill.ts';
import type { ClientOrderId, ExchangeOrderId, IntentId, MarketSymbol } from '../domain/ids.ts';
import type { OrderRecord, OrderReport } from '../domain/order.ts';
import { isTerminal } from '../orders/transitions.ts';

/** Closed orders remembered; older ones are found again through the journal. */
const CLOSED_ORDERS_KEPT = 500;

export class OrderIndex {
  readonly #byIntent = new Map<IntentId, OrderRecord>();
  readonly #byClient = new Map<ClientOrderId, OrderRecord>();
  /** Exchanges number orders per symbol. */
  readonly #byExchange = new Map<MarketSymbol, Map<ExchangeOrderId, OrderRecord>>();
  /** Those that are not proved ended, oldest first; what came back to life is the last. */
  readonly #live: OrderRecord[] = [];
  /** A ring of the last closed ones; `#oldest` is the place of the next. */
  readonly #closed: OrderRecord[] = [];
  #oldest = 0;

  add(record: OrderRecord): void {
    this.#byIntent.set(record.intent.intentId, record);
    this.#byClient.set(record.intent.clientOrderId, record);
    if (!isTerminal(record.state)) this.revive(record);
    this.link(record);
  }

  /** Makes the order findable by the exchange's id, once known. */
  link(record: OrderRecord): void {
    const { exchangeOrderId, intent } = record;
    if (exchangeOrderId === undefined) return;
    const ofSymbol = this.#byExchange.get(intent.symbol);
    if (ofSymbol) ofSymbol.set(exchangeOrderId, record);
    else this.#byExchange.set(intent.symbol, new Map([[exchangeOrderId, record]]));
  }

  get(intentId: IntentId): OrderRecord | undefined {
    return this.#byIntent.get(intentId);
  }

  /** Every order that is not terminal. To be gone through before anything changes. */
  live(): readonly OrderRecord[] {
    return this.#live;
  }

  /** What `live` should be, from all orders that are remembered: for checks. */
  liveAnew(): readonly OrderRecord[] {
    return [...this.#byIntent.values()].filter(({ state }) => !isTerminal(state));
  }

  /** Ended orders of a market that the exchange was never seen to have, the newest last, as far as they are remembered. */
  unseen(symbol: MarketSymbol): OrderRecord[] {
    return [...this.#byIntent.values()].filter(
      ({ state, exchangeOrderId, intent }) =>
        isTerminal(state) && exchangeOrderId === undefined && intent.symbol === symbol,
    );
  }

  byReport(report: OrderReport): OrderRecord | undefined {
    const { clientOrderId, exchangeOrderId, symbol } = report;
    return clientOrderId === undefined
      ? this.#byExchange.get(symbol)?.get(exchangeOrderId)
      : this.#byClient.get(clientOrderId);
  }

  byFill(fill: Fill): OrderRecord | undefined {
    if (fill.clientOrderId !== undefined) {
      const record = this.#byClient.get(fill.clientOrderId);
      if (record) return record;
    }
    return this.#byExchange.get(fill.symbol)?.get(fill.exchangeOrderId);
  }

  /** It is not over, or by a late truth not over after all. */
  revive(record: OrderRecord): void {
    if (!this.#live.includes(record)) this.#live.push(record);
  }

  /** The order is over: keep it among the last closed ones only. */
  retire(record: OrderRecord): void {
    const at = this.#live.indexOf(record);
    if (at >= 0) this.#live.splice(at, 1);
    const oldest = this.#closed[this.#oldest];
    this.#closed[this.#oldest] = record;
    this.#oldest = (this.#oldest + 1) % CLOSED_ORDERS_KEPT;
    // A late truth may have brought it back to life.
    if (oldest && isTerminal(oldest.state)) this.#forget(oldest);
  }

  #forget(oldest: OrderRecord): void {
    this.#byIntent.delete(oldest.intent.intentId);
    this.#byClient.delete(oldest.intent.clientOrderId);
    if (oldest.exchangeOrderId !== undefined) {
      this.#byExchange.get(oldest.intent.symbol)?.delete(oldest.exchangeOrderId);
    }
  }
}
