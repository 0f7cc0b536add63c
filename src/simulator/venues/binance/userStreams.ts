/** The user data stream: execution reports, lists, balances. Subscriptions belong to websocket API connections. */
import { formatAtoms } from '../../engine/amounts.ts';
import { stampedFill } from '../../market/stamps.ts';
import { isOpen } from '../../engine/account.ts';
import type { AccountTrade, Execution, Order, OrderList } from '../../engine/types.ts';
import type { World } from '../../market/world.ts';
import type { Connection } from './connections.ts';
import type { JsonObject } from '../shared/json.ts';
import { lotsText, priceText } from './marketShapes.ts';
import { listIdOf, listStatus } from './orderShapes.ts';

const ZERO = formatAtoms(0n);

/** What an event is about, besides its text. */
interface About {
  readonly kind: 'order' | 'balance';
  readonly symbol?: string;
  readonly clientOrderId?: string;
}

interface Subscription {
  readonly id: number;
  readonly accountId: string;
}

/** Binance's execution types. */
const EXECUTION_TYPES: Readonly<Record<Execution, string>> = {
  NEW: 'NEW',
  AMENDED: 'REPLACED',
  TRIGGERED: 'NEW',
  TRADE: 'TRADE',
  CANCELED: 'CANCELED',
  EXPIRED: 'EXPIRED',
};

/** Who listens to which account, and what they are told. */
export class UserStreams {
  readonly #world: World;
  readonly #cancelIds: ReadonlyMap<number, string>;
  readonly #subscriptions = new Map<Connection, Subscription>();
  #nextId = 0;

  constructor(world: World, cancelIds: ReadonlyMap<number, string>) {
    this.#world = world;
    this.#cancelIds = cancelIds;
    world.observe({
      onOrder: (order, execution, fill) => {
        this.#onOrder(order, execution, fill);
      },
      onList: (list) => {
        this.#onList(list);
      },
      onBalance: (accountId, asset, atoms) => {
        this.#onBalance(accountId, asset, atoms);
      },
    });
  }

  /** Lets a connection listen to an account. @returns the subscription's id. */
  subscribe(connection: Connection, accountId: string): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#subscriptions.set(connection, { id, accountId });
    return id;
  }

  drop(connection: Connection): void {
    this.#subscriptions.delete(connection);
  }

  /** The account a connection listens to; undefined when it does not. */
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

  #onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    const { accountId, clientOrderId } = order;
    const about = { symbol: order.instrument.id, clientOrderId };
    const shown = fill && stampedFill(this.#world, fill);
    const report = (): JsonObject => this.#executionReport(order, execution, shown);
    this.#send(accountId, report, { kind: 'order', ...about });
    // What locks nothing moves no balance by being accepted, nor by becoming active.
    if (execution === 'TRIGGERED' || (execution === 'NEW' && order.locked === 0n)) return;
    const { base, quote } = order.instrument;
    const position = (): JsonObject => this.#accountPosition(accountId, [base, quote]);
    this.#send(accountId, position, { kind: 'balance', ...about });
  }

  /** Deposits, withdrawals and conversions: the change, and what there is then. */
  #onBalance(accountId: string, asset: string, atoms: bigint): void {
    const { nowMs } = this.#world;
    const delta = { e: 'balanceUpdate', E: nowMs, a: asset, d: formatAtoms(atoms), T: nowMs };
    this.#send(accountId, () => delta, { kind: 'balance' });
    this.#send(accountId, () => this.#accountPosition(accountId, [asset]), { kind: 'balance' });
  }

  #onList(list: OrderList): void {
    const about = { symbol: list.instrument.id, clientOrderId: list.clientListId };
    const event = (): JsonObject => listEvent(list, this.#world.nowMs);
    this.#send(list.accountId, event, { kind: 'order', ...about });
  }

  /** Sends an event to whoever listens to an account; it is only made when somebody does. */
  #send(accountId: string, event: () => JsonObject, about: About): void {
    let text: string | undefined;
    for (const [connection, { id, accountId: listened }] of this.#subscriptions) {
      if (listened !== accountId) continue;
      text ??= JSON.stringify(event());
      connection.sendOwn(`{"subscriptionId":${String(id)},"event":${text}}`, about);
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
      P: priceText(instrument, order.triggerTicks),
      F: lotsText(instrument, order.icebergLots),
      g: listIdOf(order),
      C: cancelId === undefined ? '' : order.clientOrderId,
      // An order that its trigger has made active is reported as new once more, now working.
      x: EXECUTION_TYPES[execution],
      X: order.status,
      r: 'NONE',
      i: order.id,
      z: lotsText(instrument, order.filledLots),
      T: fill?.timeMs ?? nowMs,
      I: order.id,
      w: isOpen(order) && order.isTriggered,
      M: false,
      O: order.createdMs,
      Z: formatAtoms(order.filledQuote),
      ...(fill === undefined ? NO_FILL : fillFields(fill)),
      Q: formatAtoms(order.quoteBudget),
      ...(order.isTriggered && { W: order.workingMs }),
      V: 'NONE',
    };
  }

  #accountPosition(accountId: string, changed: readonly string[]): JsonObject {
    const account = this.#world.engine.accounts.get(accountId);
    const { nowMs } = this.#world;
    const feeAsset = account?.feeAsset?.asset;
    const assets = new Set([...changed, ...(feeAsset === undefined ? [] : [feeAsset])]);
    return {
      e: 'outboundAccountPosition',
      E: nowMs,
      u: nowMs,
      B: [...assets].map((asset) => {
        const balance = account?.balances.get(asset);
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

/** The event `listStatus`. */
function listEvent(list: OrderList, eventMs: number): JsonObject {
  const { listStatusType, listOrderStatus } = listStatus(list);
  return {
    e: 'listStatus',
    E: eventMs,
    s: list.instrument.id,
    g: list.id,
    c: 'OCO',
    l: listStatusType,
    L: listOrderStatus,
    r: 'NONE',
    C: list.clientListId,
    T: list.updatedMs,
    O: list.orders.map((order) => ({
      s: order.instrument.id,
      i: order.id,
      c: order.clientOrderId,
    })),
  };
}
