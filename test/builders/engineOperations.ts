/** What can be asked of the engine, together with how the same is asked of its naive counterpart. Answers are in words. */
import type { Book } from '../../src/simulator/engine/book.ts';
import type { Engine } from '../../src/simulator/engine/engine.ts';
import type { Order, OrderRequest, TradingStatus } from '../../src/simulator/engine/types.ts';
import type { NaiveEngine, NaiveFilters, NaiveRequest } from './naiveEngine.ts';

export interface Operation {
  /** What is asked, for a message. */
  readonly asked: unknown;
  onEngine(engine: Engine, nowMs: number): string;
  onNaive(naive: NaiveEngine): string;
}

export function placing(request: OrderRequest): Operation {
  return {
    asked: request,
    onEngine: (engine, nowMs) => {
      const result = engine.place(request, nowMs);
      if (!result.ok) return result.refusal;
      const lots = result.fills.reduce((sum, fill) => sum + fill.lots, 0);
      return `order ${result.order.id}, ${lots} filled`;
    },
    onNaive: (naive) => {
      const order = naive.place(naiveRequest(request));
      if (typeof order === 'string') return order;
      return `order ${order.id}, ${order.account.isHouse ? 0n : order.filled} filled`;
    },
  };
}

export function placingList(
  clientListId: string,
  legs: readonly [OrderRequest, OrderRequest],
): Operation {
  const naiveLegs = [naiveRequest(legs[0]), naiveRequest(legs[1])] as const;
  return {
    asked: { clientListId, legs },
    onEngine: (engine, nowMs) => {
      const result = engine.placeList({ clientListId, legs }, nowMs);
      return result.ok ? `list ${result.list.id}` : result.refusal;
    },
    onNaive: (naive) => {
      const list = naive.placeList(clientListId, naiveLegs);
      return typeof list === 'string' ? list : `list ${list.id}`;
    },
  };
}

/** Cancels the open order that `pick` falls on, a user's or the house's. */
export function cancelling(pick: number): Operation {
  return {
    asked: { cancel: pick },
    onEngine: (engine, nowMs) => {
      const order = picked([...engine.books.values()].flatMap(ordersOf), pick);
      return order === undefined ? 'none' : `cancelled ${order.id}: ${engine.cancel(order, nowMs)}`;
    },
    onNaive: (naive) => {
      const order = picked(naive.open, pick);
      return order === undefined ? 'none' : `cancelled ${order.id}: ${naive.cancel(order)}`;
    },
  };
}

/** What an amendment makes of an order: so many ticks more, and so many hundredths of its lots. */
interface Change {
  readonly ticks: number;
  readonly percent: number;
}

/** Amends the open order that `pick` falls on, of a user: those of the house are never amended. */
export function amending(pick: number, change: Change): Operation {
  const newLots = (lots: number): number => Math.floor((lots * change.percent) / 100);
  return {
    asked: { amend: pick, ...change },
    onEngine: (engine, nowMs) => {
      const order = picked(
        [...engine.accounts.values()].flatMap(({ open }) => open.values()),
        pick,
      );
      if (order === undefined) return 'none';
      const to = { ticks: order.ticks + change.ticks, lots: newLots(order.lots) };
      const result = engine.amend(order, to, nowMs);
      if (!result.ok) return `${order.id} not amended: ${result.refusal}`;
      return `${order.id}: ${result.fills.reduce((sum, { lots }) => sum + lots, 0)} filled`;
    },
    onNaive: (naive) => {
      const order = picked(
        naive.open.filter(({ account }) => !account.isHouse),
        pick,
      );
      if (order === undefined) return 'none';
      const { filled } = order;
      const lots = BigInt(newLots(Number(order.lots)));
      const refusal = naive.amend(order, order.limit + BigInt(change.ticks), lots);
      if (refusal !== undefined) return `${order.id} not amended: ${refusal}`;
      return `${order.id}: ${order.filled - filled} filled`;
    },
  };
}

export function cancellingAll(accountId: string, instrumentId: string | undefined): Operation {
  return {
    asked: { cancelAll: accountId, instrumentId },
    onEngine: (engine, nowMs) =>
      `${engine.cancelAll(accountId, instrumentId, nowMs).length} cancelled`,
    onNaive: (naive) => `${naive.cancelAll(accountId, instrumentId)} cancelled`,
  };
}

export function settingStatus(instrumentId: string, status: TradingStatus): Operation {
  return {
    asked: { instrumentId, status },
    onEngine: (engine, nowMs) => {
      engine.setStatus(instrumentId, status, nowMs);
      return status;
    },
    onNaive: (naive) => {
      naive.setStatus(instrumentId, status);
      return status;
    },
  };
}

export function replacingFilters(instrumentId: string, filters: NaiveFilters): Operation {
  return {
    asked: { instrumentId, filters },
    onEngine: (engine) => {
      engine.replaceInstrument(instrumentId, filters);
      return 'replaced';
    },
    onNaive: (naive) => {
      naive.replaceFilters(instrumentId, filters);
      return 'replaced';
    },
  };
}

export function printing(instrumentId: string, ticks: number): Operation {
  return {
    asked: { instrumentId, lastPrice: ticks },
    onEngine: (engine, nowMs) => {
      engine.onLastPrice(instrumentId, ticks, nowMs);
      return 'printed';
    },
    onNaive: (naive) => {
      naive.lastPrice(instrumentId, BigInt(ticks));
      return 'printed';
    },
  };
}

export function depositing(accountId: string, asset: string, atoms: bigint): Operation {
  return {
    asked: { deposit: accountId, asset, atoms },
    onEngine: (engine) => {
      engine.deposit(accountId, asset, atoms);
      return 'deposited';
    },
    onNaive: (naive) => {
      naive.deposit(accountId, asset, atoms);
      return 'deposited';
    },
  };
}

function ordersOf(book: Book): Order[] {
  return [...book.orders()];
}

/** One of some open orders, the same whatever their sequence; none when there are none. */
function picked<Item extends { readonly id: number }>(
  orders: readonly Item[],
  pick: number,
): Item | undefined {
  return orders.toSorted((a, b) => a.id - b.id)[pick % Math.max(1, orders.length)];
}

function naiveRequest(request: OrderRequest): NaiveRequest {
  return {
    account: request.accountId,
    instrument: request.instrumentId,
    side: request.side,
    type: request.type,
    timeInForce: request.timeInForce,
    limit: BigInt(request.ticks),
    trigger: BigInt(request.triggerTicks ?? 0),
    lots: BigInt(request.lots),
    budget: request.quoteBudget,
    clientId: request.clientOrderId,
  };
}
