/** The websocket API's user data stream: subscription by signature, execution reports, balances. */
import { formatAtoms } from '../../engine/amounts.ts';
import { isOpen } from '../../engine/account.ts';
import type { AccountTrade, Execution, Order } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';
import type { Authenticator } from './auth.ts';
import type { Connection } from './connections.ts';
import { BinanceError } from './errors.ts';
import { Params } from './params.ts';
import type { Json, JsonObject } from './wire.ts';
import { lotsText, priceText } from './wire.ts';

const ZERO = '0.00000000';

interface Subscription {
  readonly id: number;
  readonly accountId: string;
  readonly connection: Connection;
}

export class UserStreams {
  readonly #world: World;
  readonly #auth: Authenticator;
  readonly #wallNowMs: () => number;
  readonly #cancelIds: ReadonlyMap<number, string>;
  readonly #subscriptions = new Map<Connection, Subscription>();
  #nextId = 0;

  constructor(context: {
    world: World;
    auth: Authenticator;
    wallNowMs: () => number;
    cancelIds: ReadonlyMap<number, string>;
  }) {
    this.#world = context.world;
    this.#auth = context.auth;
    this.#wallNowMs = context.wallNowMs;
    this.#cancelIds = context.cancelIds;
    context.world.observe({
      onOrder: (order, execution, fill) => {
        this.#onOrder(order, execution, fill);
      },
    });
  }

  /** Answers one request of the websocket API. */
  handle(
    connection: Connection,
    request: { id: Json; method: unknown; params: unknown },
  ): JsonObject {
    try {
      return {
        id: request.id,
        status: 200,
        result: this.#answer(connection, request.method, request.params),
      };
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      return { id: request.id, status: error.status, error: error.body() };
    }
  }

  drop(connection: Connection): void {
    this.#subscriptions.delete(connection);
  }

  /** The account a connection listens to; undefined before it has subscribed. */
  accountOf(connection: Connection): string | undefined {
    return this.#subscriptions.get(connection)?.accountId;
  }

  /** Ends a subscription as the venue does: with `eventStreamTerminated`, the connection stays. */
  terminate(connection: Connection): void {
    const subscription = this.#subscriptions.get(connection);
    if (subscription === undefined) return;
    this.#subscriptions.delete(connection);
    const event = { e: 'eventStreamTerminated', E: this.#world.nowMs };
    const text = JSON.stringify({ subscriptionId: subscription.id, event });
    connection.sendOwn(text, { kind: 'control' });
  }

  #answer(connection: Connection, method: unknown, params: unknown): Json {
    switch (method) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: this.#wallNowMs() };
      case 'userDataStream.subscribe.signature':
        return { subscriptionId: this.#subscribe(connection, params) };
      case 'userDataStream.unsubscribe':
        this.drop(connection);
        return {};
      default:
        throw new BinanceError(400, -1000, `Unknown method "${String(method).slice(0, 64)}".`);
    }
  }

  #subscribe(connection: Connection, raw: unknown): number {
    const entries = typeof raw === 'object' && raw !== null ? Object.entries(raw) : [];
    const encoded = (pairs: typeof entries): string =>
      pairs.map(([name, value]) => `${name}=${String(value)}`).join('&');
    const signedPart = entries
      .filter(([name]) => name !== 'signature')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const params = new Params(encoded(entries));
    const credential = this.#auth.credentialOf(params.text('apiKey'));
    this.#auth.verify(credential, params, encoded(signedPart));
    const subscription: Subscription = {
      id: this.#nextId,
      accountId: credential.accountId,
      connection,
    };
    this.#nextId += 1;
    this.#subscriptions.set(connection, subscription);
    return subscription.id;
  }

  #onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    if (execution === 'TRIGGERED') return;
    const listeners = [...this.#subscriptions.values()].filter(
      ({ accountId }) => accountId === order.accountId,
    );
    if (listeners.length === 0) return;
    const report = JSON.stringify(this.#executionReport(order, execution, fill));
    const balances = JSON.stringify(this.#accountPosition(order));
    const { clientOrderId } = order;
    const about = { symbol: order.instrument.id, clientOrderId };
    for (const { id, connection } of listeners) {
      const wrapped = (event: string): string =>
        `{"subscriptionId":${String(id)},"event":${event}}`;
      connection.sendOwn(wrapped(report), { kind: 'order', ...about });
      if (execution !== 'NEW' || order.locked > 0n)
        connection.sendOwn(wrapped(balances), { kind: 'balance', ...about });
    }
  }

  #executionReport(order: Order, execution: Execution, fill: AccountTrade | undefined): JsonObject {
    const { instrument } = order;
    const { nowMs } = this.#world;
    const cancelId = execution === 'CANCELED' ? this.#cancelIds.get(order.id) : undefined;
    return {
      e: 'executionReport',
      E: nowMs,
      s: instrument.id,
      c: cancelId ?? order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: lotsText(instrument, order.lots),
      p: priceText(instrument, order.ticks),
      P: ZERO,
      F: ZERO,
      g: -1,
      C: cancelId === undefined ? '' : order.clientOrderId,
      x: execution,
      X: order.status,
      r: 'NONE',
      i: order.id,
      z: lotsText(instrument, order.filledLots),
      T: nowMs,
      I: order.id,
      w: isOpen(order) && order.isTriggered,
      M: false,
      O: order.createdMs,
      Z: formatAtoms(order.filledQuote),
      ...(fill === undefined ? NO_FILL : fillFields(fill)),
      Q: formatAtoms(order.quoteBudget),
      W: order.createdMs,
      V: 'NONE',
    };
  }

  #accountPosition(order: Order): JsonObject {
    const { base, quote } = order.instrument;
    const account = this.#world.engine.accounts.get(order.accountId);
    const { nowMs } = this.#world;
    return {
      e: 'outboundAccountPosition',
      E: nowMs,
      u: nowMs,
      B: [base, quote].map((asset) => {
        const balance = account?.balance(asset);
        return {
          a: asset,
          f: formatAtoms(balance?.free ?? 0n),
          l: formatAtoms(balance?.locked ?? 0n),
        };
      }),
    };
  }
}

const NO_FILL: JsonObject = { l: ZERO, L: ZERO, n: ZERO, N: null, t: -1, m: false, Y: ZERO };

/** What an execution report says of the fill itself. */
function fillFields(fill: AccountTrade): JsonObject {
  return {
    l: lotsText(fill.instrument, fill.lots),
    L: priceText(fill.instrument, fill.ticks),
    n: formatAtoms(fill.fee),
    N: fill.feeAsset,
    t: fill.id,
    m: fill.isMaker,
    Y: formatAtoms(fill.quote),
  };
}
