/** Moves money: what an order locks, and what a trade gives and takes. The only writer of balances besides deposits. */
import type { Account } from './account.ts';
import type { AccountTrade, Instrument, Order, Trade } from './types.ts';
import { notionalOf } from './types.ts';

const PPM = 1_000_000n;

/** The asset an order pays with. */
export function paidAsset(order: Pick<Order, 'side' | 'instrument'>): string {
  return order.side === 'BUY' ? order.instrument.quote : order.instrument.base;
}

/** The asset an order receives, which is also the asset its fee is taken from. */
function receivedAsset(order: Pick<Order, 'side' | 'instrument'>): string {
  return order.side === 'BUY' ? order.instrument.base : order.instrument.quote;
}

/** Atoms that `lots` of a limit order at `ticks` must lock. */
export function lockNeeded(
  instrument: Instrument,
  side: Order['side'],
  ticks: number,
  lots: number,
): bigint {
  return side === 'BUY' ? notionalOf(instrument, ticks, lots) : BigInt(lots) * instrument.lotAtoms;
}

/** Moves what a limit order needs from free to locked. The caller has checked that it is there. */
export function lock(account: Account, order: Order): void {
  const needed = lockNeeded(order.instrument, order.side, order.ticks, order.lots);
  const balance = account.balance(paidAsset(order));
  balance.free -= needed;
  balance.locked += needed;
  order.locked = needed;
}

/** Frees exactly what an order still has locked. */
export function unlock(account: Account, order: Order): void {
  if (order.locked === 0n) return;
  const balance = account.balance(paidAsset(order));
  balance.free += order.locked;
  balance.locked -= order.locked;
  order.locked = 0n;
}

/**
 * Settles one order's side of a trade: pays, receives, takes the fee from what is received.
 * Fees are rounded down to a whole atom and collected in `fees`.
 */
export function settle(
  account: Account,
  order: Order,
  trade: Trade,
  fees: Map<string, bigint>,
): AccountTrade {
  const { instrument, lots, quote } = trade;
  const isMaker = order.side !== trade.takerSide;
  const base = BigInt(lots) * instrument.lotAtoms;
  const paid = order.side === 'BUY' ? quote : base;
  const received = order.side === 'BUY' ? base : quote;
  const fee = (received * (isMaker ? account.makerPpm : account.takerPpm)) / PPM;
  const feeAsset = receivedAsset(order);

  const from = account.balance(paidAsset(order));
  const released = order.locked === 0n ? 0n : releasedBy(order, lots);
  from.locked -= released;
  from.free += released - paid;
  order.locked -= released;
  account.balance(feeAsset).free += received - fee;
  if (fee > 0n) fees.set(feeAsset, (fees.get(feeAsset) ?? 0n) + fee);

  return {
    id: trade.id,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    instrument,
    side: order.side,
    ticks: trade.ticks,
    lots,
    quote,
    fee,
    feeAsset,
    isMaker,
    timeMs: trade.timeMs,
  };
}

/** What a partial fill of a locked limit order unlocks: its own share at its own limit price. */
function releasedBy(order: Order, lots: number): bigint {
  return lockNeeded(order.instrument, order.side, order.ticks, lots);
}
