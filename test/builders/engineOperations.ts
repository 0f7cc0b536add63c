/** What can be asked of the engine, together with how the same is asked of its naive counterpart. Answers are in words. */
import type { Engine } from '../../src/simulator/engine/engine.ts';
import type { Filters, OrderRequest, TradingStatus } from '../../src/simulator/engine/types.ts';
import type { NaiveEngine, NaiveRequest } from './naiveEngine.ts';

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

export function cancelling(orderId: number): Operation {
  return {
    asked: { cancel: orderId },
    onEngine: (engine, nowMs) => {
      for (const book of engine.books.values()) {
        const order = [...book.orders()].find(({ id }) => id === orderId);
        if (order !== undefined) return String(engine.cancel(order, nowMs));
      }
      return 'false';
    },
    onNaive: (naive) => {
      const order = naive.open.find(({ id }) => id === orderId);
      return String(order !== undefined && naive.cancel(order));
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

export function replacingFilters(instrumentId: string, filters: Filters): Operation {
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
