/** The documents of the control API: what the exchange itself knows, for tests, status pages and reconciliation. */
import type { Speed, TimeReading } from './drive.ts';
import { formatAtoms, formatScaled } from './engine/amounts.ts';
import type { Account } from './engine/account.ts';
import { selfCheck } from './engine/selfCheck.ts';
import type { AccountTrade, Order } from './engine/types.ts';
import type { World } from './market/world.ts';

export interface SimulatorOrder {
  readonly order_id: number;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: string;
  readonly status: string;
  readonly price: string;
  readonly amount: string;
  readonly filled: string;
  readonly filled_quote: string;
  readonly created_ms: number;
  readonly updated_ms: number;
}

export interface SimulatorTrade {
  readonly trade_id: number;
  readonly order_id: number;
  readonly client_order_id: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly price: string;
  readonly amount: string;
  readonly quote: string;
  readonly fee: string;
  readonly fee_asset: string;
  readonly is_maker: boolean;
  readonly time_ms: number;
}

export interface SimulatorAccount {
  readonly id: string;
  readonly balances: Readonly<Record<string, { readonly free: string; readonly locked: string }>>;
  readonly open_orders: readonly SimulatorOrder[];
  /** How many orders each client id has placed that executed at least in part; more than 1 is a doubled order. */
  readonly executions: Readonly<Record<string, number>>;
  readonly orders: number;
  readonly trades: readonly SimulatorTrade[];
}

/** `GET /state`. */
export interface SimulatorState {
  readonly world_id: string;
  readonly venue: string;
  readonly seed: number;
  readonly market_time: number;
  readonly speed: Speed;
  readonly paused: boolean;
  /** A replay has reached the end of its recording. */
  readonly ended: boolean;
  readonly symbols: readonly string[];
  readonly last_prices: Readonly<Record<string, string>>;
  readonly fees: { readonly maker: string; readonly taker: string };
  readonly accounts: readonly SimulatorAccount[];
  /** Violated invariants, one sentence each; empty when the engine is sound. */
  readonly violations: readonly string[];
}

/** What a live summary shows: a few numbers of an exchange that runs. */
export interface SimulatorSummary extends TimeReading {
  readonly ended: boolean;
  /** Last price by market id. */
  readonly last_prices: Readonly<Record<string, string>>;
  /** Requests so far. */
  readonly requests: number;
  /** Open websockets. */
  readonly connections: number;
  /** How often a fault rule has struck. */
  readonly faults: number;
  readonly open_orders: number;
  /** Users' trades still remembered. */
  readonly fills: number;
  readonly violations: readonly string[];
}

export function simulatorSummary(
  world: World,
  about: Pick<SimulatorSummary, 'requests' | 'connections' | 'faults'> & TimeReading,
): SimulatorSummary {
  const users = usersOf(world);
  return {
    ...about,
    ended: world.isEnded,
    last_prices: lastPricesOf(world),
    open_orders: users.reduce((sum, { open }) => sum + open.size, 0),
    fills: users.reduce((sum, { trades }) => sum + trades.length, 0),
    violations: selfCheck(world.engine),
  };
}

export function simulatorState(
  world: World,
  about: { worldId: string; venue: string; seed: number; time: TimeReading },
): SimulatorState {
  return {
    world_id: about.worldId,
    venue: about.venue,
    seed: about.seed,
    ...about.time,
    ended: world.isEnded,
    symbols: world.instruments.map(({ base, quote }) => `${base}/${quote}`),
    last_prices: lastPricesOf(world),
    fees: world.fees,
    accounts: usersOf(world).map(accountState),
    violations: selfCheck(world.engine),
  };
}

function usersOf(world: World): Account[] {
  return [...world.engine.accounts.values()].filter((account) => !account.isHouse);
}

function lastPricesOf(world: World): Readonly<Record<string, string>> {
  const prices = [...world.markets.values()].map((market): [string, string] => [
    market.instrument.id,
    formatScaled(market.lastTicks, market.grid.priceDecimals),
  ]);
  return Object.fromEntries(prices);
}

function accountState(account: Account): SimulatorAccount {
  const executions: Record<string, number> = {};
  for (const order of account.ordersSince()) {
    if (order.filledLots > 0)
      executions[order.clientOrderId] = (executions[order.clientOrderId] ?? 0) + 1;
  }
  const balances = [...account.balances].map(
    ([asset, { free, locked }]): [string, { free: string; locked: string }] => [
      asset,
      { free: formatAtoms(free), locked: formatAtoms(locked) },
    ],
  );
  return {
    id: account.id,
    balances: Object.fromEntries(balances),
    open_orders: account.open.values().map(simulatorOrder),
    executions,
    orders: account.orderCount,
    trades: Array.from(account.trades.select(), tradeState),
  };
}

/** An order as the control API shows it. */
export function simulatorOrder(order: Order): SimulatorOrder {
  const { instrument } = order;
  return {
    order_id: order.id,
    client_order_id: order.clientOrderId,
    symbol: instrument.id,
    side: order.side,
    type: order.type,
    status: order.status,
    price: formatScaled(order.ticks, instrument.priceDecimals),
    amount: formatScaled(order.lots, instrument.lotDecimals),
    filled: formatScaled(order.filledLots, instrument.lotDecimals),
    filled_quote: formatAtoms(order.filledQuote),
    created_ms: order.createdMs,
    updated_ms: order.updatedMs,
  };
}

function tradeState(trade: AccountTrade): SimulatorTrade {
  const { instrument } = trade;
  return {
    trade_id: trade.id,
    order_id: trade.orderId,
    client_order_id: trade.clientOrderId,
    symbol: instrument.id,
    side: trade.side,
    price: formatScaled(trade.ticks, instrument.priceDecimals),
    amount: formatScaled(trade.lots, instrument.lotDecimals),
    quote: formatAtoms(trade.quote),
    fee: formatAtoms(trade.fee),
    fee_asset: trade.feeAsset,
    is_maker: trade.isMaker,
    time_ms: trade.timeMs,
  };
}
