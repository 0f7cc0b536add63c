/** Private channels: `orders` as things happen, `account` collected and sent with {@link UserChannels.flush}. */
import type { Account } from '../../engine/account.ts';
import { stampedFill } from '../../market/stamps.ts';
import type { AccountTrade, Execution, Order } from '../../engine/types.ts';
import type { JsonObject } from '../shared/json.ts';
import { balanceRow, uidOf } from './account.ts';
import { isWaiting } from './algoOrders.ts';
import { algoUpdate } from './algoQueries.ts';
import { clientIdText } from './clientIds.ts';
import type { OkxContext } from './context.ts';
import { fillsOf } from './fills.ts';
import { orderUpdate } from './orderRows.ts';
import type { Peer } from './peers.ts';
import { instIdOf, tapePriceText } from './text.ts';

/** Pace of the account's regular pushes; OKX's own is not documented. */
const ACCOUNT_MS = 5_000;

/** Channels of the private address, and of the business address. */
export const USER_CHANNELS = ['orders', 'account', 'orders-algo'] as const;
export type UserChannel = (typeof USER_CHANNELS)[number];

/** One subscription of one connection. */
interface Subscription {
  readonly peer: Peer;
  readonly account: Account;
  readonly channel: UserChannel;
  /** As the client wrote it: pushes repeat it. */
  readonly arg: JsonObject;
  /** Currencies whose balance changed since the last push. */
  readonly changed: Set<string>;
  dueMs: number;
}

/** Who listens to which account, and which balances are still to be sent. */
export class UserChannels {
  readonly #context: OkxContext;
  #subscriptions: Subscription[] = [];
  #nowMs = 0;

  constructor(context: OkxContext) {
    this.#context = context;
    context.world.observe({
      onOrder: (order, execution, fill) => {
        this.#onOrder(order, execution, fill);
      },
      onBalance: (accountId, asset) => {
        for (const { account, channel, changed } of this.#subscriptions)
          if (account.id === accountId && channel === 'account') changed.add(asset);
      },
    });
  }

  /** Subscribes a connection; the same once more starts anew. Sends what the channel starts with. */
  subscribe(peer: Peer, account: Account, channel: UserChannel, arg: JsonObject): void {
    this.unsubscribe(peer, arg);
    const dueMs = this.#nowMs + ACCOUNT_MS;
    const fresh = { peer, account, channel, arg, changed: new Set<string>(), dueMs };
    this.#subscriptions.push(fresh);
    if (channel === 'account') this.#sendSnapshot(fresh);
  }

  unsubscribe(peer: Peer, arg: JsonObject): void {
    const key = JSON.stringify(arg);
    this.#subscriptions = this.#subscriptions.filter(
      (one) => one.peer !== peer || JSON.stringify(one.arg) !== key,
    );
  }

  drop(peer: Peer): void {
    this.#subscriptions = this.#subscriptions.filter((one) => one.peer !== peer);
  }

  /** How many connections of an account listen to a channel. */
  connectionsOf(account: Account, channel: UserChannel): number {
    const peers = this.#subscriptions
      .filter((one) => one.account === account && one.channel === channel)
      .map(({ peer }) => peer);
    return new Set(peers).size;
  }

  /** Sends the balances that changed, and regularly all of them. */
  flush(monotonicMs: number): void {
    this.#nowMs = monotonicMs;
    for (const one of this.#subscriptions) {
      if (one.channel !== 'account') continue;
      if (one.changed.size > 0) this.#sendChanges(one);
      if (monotonicMs >= one.dueMs && isRegular(one.arg)) this.#sendSnapshot(one);
    }
  }

  #onOrder(order: Order, execution: Execution, fill: AccountTrade | undefined): void {
    const { base, quote } = order.instrument;
    for (const one of this.#subscriptions) {
      if (one.account.id !== order.accountId) continue;
      if (one.channel === 'account') one.changed.add(base).add(quote);
      else if (!isAbout(one.arg, order)) continue;
      else if (one.channel === 'orders') this.#sendOrder(one, order, { execution, fill });
      else this.#sendAlgo(one, order, execution);
    }
  }

  #sendOrder(
    one: Subscription,
    order: Order,
    about: { readonly execution: Execution; readonly fill: AccountTrade | undefined },
  ): void {
    if (isWaiting(order)) return;
    const { world } = this.#context;
    const market = world.market(order.instrument.id);
    const lastPx = tapePriceText(market, market.lastTicks);
    const { execution } = about;
    const fill = about.fill && stampedFill(world, about.fill);
    const update = { fill, lastPx, isAmended: execution === 'AMENDED' };
    sendRow(one, order, orderUpdate(order, fillsOf(world, order), update));
  }

  /** An algo is told of when it is placed, when it is triggered, and when all of it is cancelled. */
  #sendAlgo(one: Subscription, order: Order, execution: Execution): void {
    const row = algoUpdate(this.#context, order);
    if (row === undefined) return;
    const isPlaced = execution === 'NEW' && row['algoId'] === String(order.id);
    const isTriggered = execution === 'TRIGGERED';
    if (isPlaced || isTriggered || row['state'] === 'canceled') sendRow(one, order, row);
  }

  #sendChanges(one: Subscription): void {
    const data = [balanceRow(this.#context.world, one.account, this.#wanted(one, one.changed))];
    one.changed.clear();
    sendBalance(one, { eventType: 'event_update', data });
  }

  #sendSnapshot(one: Subscription): void {
    one.dueMs = this.#nowMs + ACCOUNT_MS;
    const data = [balanceRow(this.#context.world, one.account, this.#wanted(one, undefined))];
    sendBalance(one, { eventType: 'snapshot', curPage: 1, lastPage: true, data });
  }

  /** The currency that the subscription is about, among those given. */
  #wanted(
    { arg }: Subscription,
    among: ReadonlySet<string> | undefined,
  ): ReadonlySet<string> | undefined {
    const { ccy } = arg;
    if (typeof ccy !== 'string' || ccy === '') return among && new Set(among);
    return new Set(among === undefined || among.has(ccy) ? [ccy] : []);
  }
}

function sendRow(one: Subscription, order: Order, row: JsonObject): void {
  const clientOrderId = clientIdText(order.clientOrderId);
  one.peer.send({
    text: JSON.stringify({ arg: argOf(one), data: [row] }),
    kind: 'order',
    symbol: order.instrument.id,
    stream: one.channel,
    ...(clientOrderId !== '' && { clientOrderId }),
  });
}

function sendBalance(one: Subscription, push: JsonObject): void {
  const text = JSON.stringify({ arg: argOf(one), ...push });
  one.peer.send({ text, kind: 'balance', stream: 'account' });
}

function argOf({ arg, account }: Subscription): JsonObject {
  return { ...arg, uid: uidOf(account) };
}

/** Whether a subscription to `orders` wants an order: its instrument, or all of them. */
function isAbout({ instType, instId }: JsonObject, { instrument }: Order): boolean {
  if (instType !== 'ANY' && instType !== 'SPOT') return false;
  return instId === undefined || instId === instIdOf(instrument);
}

/** Without `updateInterval` 0 the account is also sent when nothing happens. */
function isRegular({ extraParams }: JsonObject): boolean {
  return typeof extraParams !== 'string' || !/"updateInterval"\s*:\s*"?0"?/.test(extraParams);
}
