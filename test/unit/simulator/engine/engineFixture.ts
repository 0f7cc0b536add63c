/** A small engine with two users, and shorthand for orders in ticks and lots. */
import type { AccountSpec } from '../../../../src/simulator/engine/account.ts';
import { Engine } from '../../../../src/simulator/engine/engine.ts';
import type {
  AccountTrade,
  EngineListener,
  Execution,
  Order,
  OrderRequest,
  PlaceListResult,
  PlaceResult,
  Trade,
} from '../../../../src/simulator/engine/types.ts';
import { makeInstrument } from '../../../../src/simulator/engine/types.ts';

/** Price in whole quote units, quantity in thousandths of the base: 1 tick × 1 lot is 0.001 quote. */
const INSTRUMENT = makeInstrument({
  base: 'BTC',
  quote: 'USDT',
  priceDecimals: 0,
  lotDecimals: 3,
  minNotional: 0n,
});

export const UNIT = 100_000_000n;

export interface Recorded {
  readonly orders: {
    execution: Execution;
    status: string;
    id: number;
    fill: AccountTrade | undefined;
  }[];
  readonly trades: Trade[];
  readonly levels: { side: string; ticks: number; lots: number }[];
  /** Reports of orders and lists in a word or two each: `3 TRADE`, `list 1 ALL_DONE`. */
  readonly words: string[];
}

export interface Fixture {
  readonly engine: Engine;
  readonly recorded: Recorded;
  readonly place: (request: Partial<OrderRequest>) => PlaceResult;
  /** Places and returns the order; throws when it is refused. */
  readonly order: (request: Partial<OrderRequest>) => Order;
  /** Places a pair of which one cancels the other. */
  readonly pair: (legs: readonly [Partial<OrderRequest>, Partial<OrderRequest>]) => PlaceListResult;
  /** Free and locked balance in atoms. */
  readonly balance: (accountId: string, asset: string) => readonly [free: bigint, locked: bigint];
}

/** @param terms fee rates, and how users pay them. */
export function engineFixture(
  terms: Pick<AccountSpec, 'makerPpm' | 'takerPpm' | 'feeAsset' | 'expiresOwnMakers'> = {
    makerPpm: 0,
    takerPpm: 0,
  },
): Fixture {
  const recorded: Recorded = { orders: [], trades: [], levels: [], words: [] };
  const listener: EngineListener = {
    onOrder: (order, execution, fill) => {
      recorded.words.push(`${String(order.id)} ${execution}`);
      recorded.orders.push({ execution, status: order.status, id: order.id, fill });
    },
    onTrade: (trade) => {
      recorded.trades.push(trade);
    },
    onList: ({ id, status }) => {
      recorded.words.push(`list ${String(id)} ${status}`);
    },
    onLevel: (_instrument, side, ticks, lots) => {
      recorded.levels.push({ side, ticks, lots });
    },
  };
  const engine = new Engine([INSTRUMENT], listener);
  for (const id of ['ann', 'bob', 'cat']) {
    const balances = new Map([
      ['USDT', 10_000n * UNIT],
      ['BTC', 100n * UNIT],
    ]);
    engine.openAccount({ id, balances, ...terms, isHouse: false });
  }
  let clientIds = 0;
  let nowMs = 0;
  const whole = (request: Partial<OrderRequest>): OrderRequest => {
    clientIds += 1;
    return {
      accountId: 'ann',
      instrumentId: INSTRUMENT.id,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      ticks: 100,
      lots: 1000,
      quoteBudget: 0n,
      clientOrderId: `c${String(clientIds)}`,
      ...request,
    };
  };
  const place = (request: Partial<OrderRequest>): PlaceResult => {
    nowMs += 1;
    return engine.place(whole(request), nowMs);
  };
  return {
    engine,
    recorded,
    place,
    order: (request) => {
      const result = place(request);
      if (!result.ok) throw new Error(`refused: ${result.refusal}`);
      return result.order;
    },
    pair: ([first, second]) => {
      nowMs += 1;
      const clientListId = `l${String(nowMs)}`;
      return engine.placeList({ clientListId, legs: [whole(first), whole(second)] }, nowMs);
    },
    balance: (accountId, asset) => {
      const balance = engine.accounts.get(accountId)?.balance(asset);
      return [balance?.free ?? -1n, balance?.locked ?? -1n];
    },
  };
}
