/** What an order's fills add up to: the engine keeps fills per account, OKX shows the sum and the last one with the order. */
import type { AccountTrade, Order } from '../../engine/types.ts';
import { stampedFill } from '../../market/stamps.ts';
import type { World } from '../../market/world.ts';

/** The fills of one order so far. */
export interface FillSummary {
  /** Atoms of the asset the order receives. */
  readonly fee: bigint;
  readonly last: AccountTrade;
}

/** Undefined for an order without fills that are remembered. */
export function fillsOf(world: World, order: Order): FillSummary | undefined {
  if (order.filledLots === 0) return undefined;
  const { id: orderId, createdMs: fromMs, updatedMs: toMs } = order;
  const fills = world.engine.accounts
    .get(order.accountId)
    ?.trades.select({ orderId, fromMs, toMs });
  let fee = 0n;
  let last: AccountTrade | undefined;
  for (const fill of fills ?? []) {
    fee += fill.fee;
    last = fill;
  }
  return last && { fee, last: stampedFill(world, last) };
}
