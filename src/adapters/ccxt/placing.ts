import { dec, toText } from '../../core/domain/decimal.ts';
import type { ApprovedOrder } from '../../core/domain/order.ts';
import type {
  CancelOutcome,
  LastLook,
  OrderPair,
  OrderRef,
  PairOutcome,
  PlaceOutcome,
} from '../../ports/exchangeGateway.ts';
import { withDeadline } from './deadline.ts';
import { answerOf, describe } from './errors.ts';
import { onErrand, type Errand } from './priority.ts';
import { isMarketable, MARKETABLE_REACH } from './quirks/orderRules.ts';
import type { OrderRules } from './quirks/orderRules.ts';
import type { OrderQuirks } from './quirks/quirks.ts';
import { fromWireId, toWireId } from './quirks/wireIds.ts';
import { reportOf } from './reports.ts';
import { Withheld } from './sendGate.ts';
import type { SendGate } from './sendGate.ts';
import type { Session } from './session.ts';
import type { CcxtExchange } from './types.ts';
import { field, textOf } from './values.ts';

/** Hard end of one request, headers, body and all: ccxt's own timeout stops at the headers. */
const DEADLINE_MS = 10_000;

export interface PlacingContext {
  readonly session: Session;
  readonly rules: OrderRules;
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

  async place(order: ApprovedOrder, look?: LastLook): Promise<PlaceOutcome> {
    const sent = await this.#send([order], look, (exchange) => this.#create(exchange, order));
    return 'answer' in sent ? this.#acknowledged(order, sent.answer) : sent;
  }

  async placePair(pair: OrderPair, look?: LastLook): Promise<PairOutcome> {
    const { stop, target } = pair;
    const sent = await this.#send([stop, target], look, (exchange) =>
      this.#createPair(exchange, pair),
    );
    if (!('answer' in sent)) return { stop: sent, target: sent };
    const leg = (order: ApprovedOrder): PlaceOutcome => this.#legAcknowledged(order, sent.answer);
    return { stop: leg(stop), target: leg(target) };
  }

  async cancel(ref: OrderRef, look?: LastLook): Promise<CancelOutcome> {
    try {
      const answer = this.#ask({ priority: 'cancel', look }, (exchange) =>
        exchange.cancelOrder(
          ref.exchangeOrderId,
          ref.symbol,
          this.#context.quirks.byClientId(ref.clientOrderId),
        ),
      );
      return this.#cancelled(ref, await answer);
    } catch (error) {
      return this.#cancelFailed(error);
    }
  }

  /** One request, once. What came back, or why nothing is known to have been placed. */
  async #send(
    orders: readonly ApprovedOrder[],
    look: LastLook | undefined,
    request: (exchange: CcxtExchange) => Promise<unknown>,
  ): Promise<{ readonly answer: unknown } | PlaceOutcome> {
    const { gate } = this.#context;
    const { form } = this.#context.rules.clientId;
    const ids = orders.map((order) => toWireId(form, order.clientOrderId));
    const priority = orders.some((order) => order.purpose === 'exit') ? 'exit' : 'entry';
    try {
      gate.open(ids);
    } catch (error) {
      // The other call owns the gate, and its order may be at the exchange.
      return { kind: 'unknown', message: describe(error) };
    }
    try {
      return { answer: await this.#ask({ priority, look }, request) };
    } catch (error) {
      return this.#failed(error, gate.close(ids));
    } finally {
      gate.close(ids);
    }
  }

  /** The lane is made first: the list of markets that it may need is no part of the errand. */
  #ask(errand: Errand, request: (exchange: CcxtExchange) => Promise<unknown>): Promise<unknown> {
    const { session } = this.#context;
    const asking = session
      .lane('orders')
      .then(({ exchange }) => onErrand(errand, () => request(exchange)));
    return withDeadline(session.options.clock, DEADLINE_MS, asking);
  }

  async #create(exchange: CcxtExchange, order: ApprovedOrder): Promise<unknown> {
    const { quirks } = this.#context;
    const { type, params } = quirks.placement(order);
    checkSteps(exchange, order);
    return exchange.createOrder(
      order.symbol,
      type,
      order.side,
      toText(order.amount),
      this.#priceOf(exchange, order),
      params,
    );
  }

  /** ccxt turns a market order with a price into "spend amount × price", sells included: so none unless the price is meant. */
  #priceOf(exchange: CcxtExchange, order: ApprovedOrder): string | undefined {
    if (isMarketable(this.#context.rules, order)) {
      const reach = toText(order.referencePrice.times(1 + MARKETABLE_REACH));
      return textOf(exchange.priceToPrecision(order.symbol, reach));
    }
    const isLimit = order.type === 'limit' || order.type === 'limit_maker';
    return isLimit && order.price !== undefined ? toText(order.price) : undefined;
  }

  async #createPair(exchange: CcxtExchange, pair: OrderPair): Promise<unknown> {
    const { quirks } = this.#context;
    if (quirks.pairs === undefined) throw new Error(`${exchange.id} takes no pairs of orders`);
    checkSteps(exchange, pair.stop);
    checkSteps(exchange, pair.target);
    return quirks.pairs.place(exchange, pair);
  }

  #acknowledged(order: ApprovedOrder, answer: unknown): PlaceOutcome {
    const echo = textOf(field(answer, 'clientOrderId'));
    const idForm = this.#context.rules.clientId.form;
    if (echo !== undefined && fromWireId(idForm, echo) !== order.clientOrderId) {
      return {
        kind: 'unknown',
        message: `the answer is about order "${echo}", not ${order.clientOrderId}`,
      };
    }
    const { symbol, clientOrderId } = order;
    const report = reportOf(answer, {
      symbol,
      clientOrderId,
      idForm,
      receivedAt: this.#context.session.options.clock.wallMs(),
    });
    if (report === undefined) return { kind: 'unknown', message: 'the answer carries no order id' };
    return { kind: 'acked', report };
  }

  #legAcknowledged(order: ApprovedOrder, answer: unknown): PlaceOutcome {
    const receivedAt = this.#context.session.options.clock.wallMs();
    const report = this.#context.quirks.pairs?.legReport(answer, order, receivedAt);
    if (report !== undefined) return { kind: 'acked', report };
    const message = `the answer carries no order id for ${order.clientOrderId}`;
    return { kind: 'unknown', message };
  }

  #failed(error: unknown, sent: boolean): PlaceOutcome {
    if (error instanceof Withheld) return { kind: 'withheld', message: error.message };
    const message = describe(error, this.#context.session.secrets);
    if (!sent) {
      const breaksRule = error instanceof OffStep;
      return { kind: 'rejected', code: 'NOT_SENT', message, ...(breaksRule ? { breaksRule } : {}) };
    }
    const { quirks } = this.#context;
    const code = this.#answered(error, (answer) => quirks.refusalOf(answer));
    if (code === undefined) return { kind: 'unknown', message };
    const breaksRule = this.#answered(error, (answer) => quirks.isRuleBroken(answer)) === true;
    const lacksPlace = this.#answered(error, (answer) => quirks.lacksPlace(answer)) === true;
    return {
      ...{ kind: 'rejected', code, message },
      ...(breaksRule && { breaksRule }),
      ...(lacksPlace && { lacksPlace }),
    };
  }

  #cancelled({ symbol, clientOrderId, exchangeOrderId }: OrderRef, answer: unknown): CancelOutcome {
    // The answer carries the cancel request's id where an order's own would stand: ours is known.
    const receivedAt = this.#context.session.options.clock.wallMs();
    const idForm = this.#context.rules.clientId.form;
    const report = reportOf(answer, { symbol, clientOrderId, idForm, receivedAt });
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
    if (error instanceof Withheld) return { kind: 'withheld', message: error.message };
    const message = describe(error, this.#context.session.secrets);
    const { quirks } = this.#context;
    if (this.#answered(error, (answer) => quirks.isOrderUnknown(answer)) === true)
      return { kind: 'notFound', message };
    // Our clock was refused, not the cancel: it is measured, and the cancel asked for again.
    if (this.#answered(error, (answer) => quirks.isClockRefused(answer)) === true)
      return { kind: 'unknown', message };
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

/** The market has other steps by now than those the order was made for. */
class OffStep extends Error {}

/** ccxt would cut an amount or round a price that is off the steps, and so send another order than the one journalled. */
function checkSteps(exchange: CcxtExchange, order: ApprovedOrder): void {
  const { symbol, price, trigger } = order;
  const amount = toText(order.amount);
  checkStep('amount', amount, exchange.amountToPrecision(symbol, amount));
  for (const value of [price, trigger]) {
    if (value === undefined) continue;
    checkStep('price', toText(value), exchange.priceToPrecision(symbol, toText(value)));
  }
}

function checkStep(what: 'amount' | 'price', wanted: string, cut: unknown): void {
  const sent = textOf(cut);
  if (sent !== undefined && dec(sent).eq(wanted)) return;
  const step = what === 'amount' ? 'lot size' : 'tick size';
  throw new OffStep(`the ${what} ${wanted} is off the ${step} (${String(sent)} would be sent)`);
}
