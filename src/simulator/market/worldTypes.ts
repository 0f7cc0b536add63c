/** What a world tells of itself, and what of it is kept. */
import type { EngineSnapshot } from '../engine/snapshot.ts';
import type { AccountTrade, Execution, Order, OrderList, Side } from '../engine/types.ts';
import type { Bar } from './candleSeries.ts';
import type { Flow, Market, PublicTrade } from './market.ts';

/** Told of everything that happens, synchronously and in order. */
export interface WorldListener {
  onOrder?(order: Order, execution: Execution, fill: AccountTrade | undefined): void;
  /** A list was taken, or is done. */
  onList?(list: OrderList): void;
  onPublicTrade?(market: Market, trade: PublicTrade): void;
  onLevel?(market: Market, side: Side, ticks: number, lots: number): void;
  /** Money came into or went out of an account without a trade; `atoms` is negative when it went. */
  onBalance?(accountId: string, asset: string, atoms: bigint): void;
  /** A minute ended at `endMs`: every interval that ends then is final; the next bar is open. */
  onMinute?(market: Market, closed: Bar, endMs: number): void;
}

/** Everything of a world that changes, as plain JSON. */
export interface WorldSnapshot {
  readonly version: 1;
  readonly nowMs: number;
  readonly engine: EngineSnapshot;
  readonly feed: unknown;
  readonly markets: readonly {
    readonly id: string;
    readonly forming: Bar;
    readonly lastTradeId: number;
    /** Absent in worlds of before markets could be quiet. */
    readonly flow?: Flow;
  }[];
}

/** Bars that closed since a world started, ascending and without gaps. */
export interface ClosedBars {
  readonly hours: readonly Bar[];
  readonly minutes: readonly Bar[];
}
