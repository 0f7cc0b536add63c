import { dec, toText } from '../../core/domain/decimal.ts';
import type { ApprovedOrder } from '../../core/domain/order.ts';
import type { CancelOutcome, OrderRef, PlaceOutcome } from '../../ports/exchangeGateway.ts';
import { withDeadline } from './deadline.ts';
import { answerOf, describe } from './errors.ts';
import { withPriority } from './priority.ts';
import type { OrderQuirks } from './quirks/quirks.ts';
import { reportOf } from './reports.ts';
import type { SendGate } from './sendGate.ts';
import type { Session } from './session.ts';
import type { CcxtExchange } from './types.ts';
import { field, textOf } from './values.ts';

/** Hard end of one request, headers, body and all: ccxt's own timeout stops at the headers. */
const DEADLINE_MS = 10_000;

export interface PlacingContext {
  readonly session: Session;
  readonly quirks: OrderQuirks;
  readonly gate: SendGate;
  /** The exchange refused our timestamp: measure before the next request. Nothing is sent again. */
  readonly onClockRefused: () => void;
}

/** Sends orders and cancels, each exactly once, and says what became of it. */
export class Placing {
  readonly #context: PlacingContext;

  constructor(context: PlacingContext) {
    this.#context = context;
  }

  async place(order: ApprovedOrder): Promise<PlaceOutcome> {
    const { gate, session } = this.#context;
    try {
      gate.open(order.clientOrderId);
    } catch (error) {
      // The other call owns the gate, and its order may be at the exchange.
      return { kind: 'unknown', message: describe(error) };
    }
    try {
      const sending = withPriority(order.purpose, () => this.#create(order));
      const answer = await withDeadline(session.options.clock, DEADLINE_MS, sending);
      return this.#acknowledged(order, answer);
    } catch (error) {
      return this.#failed(error, gate.close(order.clientOrderId));
    } finally {
      gate.close(order.clientOrderId);
    }
  }

  async cancel(ref: OrderRef): Promise<CancelOutcome> {
    const { clock } = this.#context.session.options;
    try {
      const asking = withPriority('cancel', () => this.#delete(ref));
      return this.#cancelled(ref, await withDeadline(clock, DEADLINE_MS, asking));
    } catch (error) {
      return this.#cancelFailed(error);
    }
  }

  async #create(order: ApprovedOrder): Promise<unknown> {
    const { session, quirks } = this.#context;
    const { exchange } = await session.lane('orders');
    const { type, params } = quirks.placement(order);
    const amount = toText(order.amount);
    // ccxt turns a market order with a price into "spend amount × price", sells included.
    const price = type === 'market' || order.price === undefined ? undefined : toText(order.price);
    checkSteps(exchange, order.symbol, { amount, price });
    return exchange.createOrder(order.symbol, type, order.side, amount, price, params);
  }

  async #delete(ref: OrderRef): Promise<unknown> {
    const { session, quirks } = this.#context;
    const { exchange } = await session.lane('orders');
    return exchange.cancelOrder(
      ref.exchangeOrderId,
      ref.symbol,
      quirks.byClientId(ref.clientOrderId),
    );
  }

  #acknowledged(order: ApprovedOrder, answer: unknown): PlaceOutcome {
    const echo = textOf(field(answer, 'clientOrderId'));
    if (echo !== undefined && echo !== order.clientOrderId) {
      return {
        kind: 'unknown',
        message: `the answer is about order "${echo}", not ${order.clientOrderId}`,
      };
    }
    const { symbol, clientOrderId } = order;
    const report = reportOf(answer, {
      symbol,
      clientOrderId,
      receivedAt: this.#context.session.options.clock.wallMs(),
    });
    if (report === undefined) return { kind: 'unknown', message: 'the answer carries no order id' };
    return { kind: 'acked', report };
  }

  #failed(error: unknown, sent: boolean): PlaceOutcome {
    const message = describe(error, this.#context.session.secrets);
    if (!sent) return { kind: 'rejected', code: 'NOT_SENT', message };
    const code = this.#answered(error, (answer) => this.#context.quirks.refusalOf(answer));
    return code === undefined ? { kind: 'unknown', message } : { kind: 'rejected', code, message };
  }

  #cancelled({ symbol, clientOrderId, exchangeOrderId }: OrderRef, answer: unknown): CancelOutcome {
    // The answer carries the cancel request's id where an order's own would stand: ours is known.
    const receivedAt = this.#context.session.options.clock.wallMs();
    const report = reportOf(answer, { symbol, clientOrderId, receivedAt });
    if (report?.status !== 'canceled') {
      return { kind: 'unknown', message: `the answer says "${report?.status ?? 'nothing'}"` };
    }
    if (exchangeOrderId !== undefined && exchangeOrderId !== report.exchangeOrderId) {
      const message = `the answer is about order ${report.exchangeOrderId}, not ${exchangeOrderId}`;
      return { kind: 'unknown', message };
    }
    return { kind: 'cancelled', report };
  }

  #cancelFailed(error: unknown): CancelOutcome {
    const message = describe(error, this.#context.session.secrets);
    const { quirks } = this.#context;
    if (this.#answered(error, (answer) => quirks.isOrderUnknown(answer)) === true)
      return { kind: 'notFound', message };
    const code = this.#answered(error, (answer) => quirks.cancelRefusalOf(answer));
    return code === undefined ? { kind: 'unknown', message } : { kind: 'rejected', code, message };
  }

  #answered<Meaning>(
    error: unknown,
    meaning: (answer: NonNullable<ReturnType<typeof answerOf>>) => Meaning,
  ): Meaning | undefined {
    const answer = answerOf(error);
    if (answer === undefined) return undefined;
    if (this.#context.quirks.isClockRefused(answer)) this.#context.onClockRefused();
    return meaning(answer);
  }
}

/** ccxt would cut an amount or round a price that is off the steps, and so send another order than the one journalled. */
function checkSteps(
  exchange: CcxtExchange,
  symbol: string,
  { amount, price }: { readonly amount: string; readonly price: string | undefined },
): void {
  const sent = textOf(exchange.amountToPrecision(symbol, amount));
  if (sent === undefined || !dec(sent).eq(amount))
    throw new Error(`the amount ${amount} is off the lot size (${String(sent)} would be sent)`);
  if (price === undefined) return;
  const sentPrice = textOf(exchange.priceToPrecision(symbol, price));
  if (sentPrice === undefined || !dec(sentPrice).eq(price))
    throw new Error(`the price ${price} is off the tick size (${String(sentPrice)} would be sent)`);
}
