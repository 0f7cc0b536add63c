/** Moves money: what an order locks, and what a trade gives and takes. The only writer of balances besides deposits. */
import type { Account } from './account.ts';
import { ASSET_DECIMALS } from './amounts.ts';
import type { AccountTrade, Instrument, Order, Side, Trade } from './types.ts';
import { baseOf, notionalOf } from './types.ts';

const PPM = 1_000_000n;
const UNIT_ATOMS = 10n ** BigInt(ASSET_DECIMALS);

/** The asset that orders of a side pay with. */
export function paidAsset(side: Side, instrument: Instrument): string {
  return side === 'BUY' ? instrument.quote : instrument.base;
}

/** The asset that orders of a side receive. */
function receivedAsset(side: Side, instrument: Instrument): string {
  return side === 'BUY' ? instrument.base : instrument.quote;
}

/**
 * Atoms that `lots` of an order must lock: at its limit price, or at its trigger price when it will trade at the market
 * (an assumption: Binance does not say what a STOP_LOSS that buys locks).
 */
export function lockNeeded(
  order: Pick<Order, 'instrument' | 'side' | 'ticks' | 'triggerTicks'>,
  lots: number,
): bigint {
  const { instrument, side, ticks, triggerTicks } = order;
  return side === 'BUY'
    ? notionalOf(instrument, ticks > 0 ? ticks : triggerTicks, lots)
    : baseOf(instrument, lots);
}

/** What is wrong with an order's lock: it locks what it needs, the open two of a list together what the larger needs. */
export function lockViolation(order: Order, other: Order | undefined): string | undefined {
  let held = order.locked;
  let needed = lockNeeded(order, order.lots - order.filledLots);
  if (other !== undefined) {
    held += other.locked;
    const otherNeeded = lockNeeded(other, other.lots - other.filledLots);
    if (otherNeeded > needed) needed = otherNeeded;
  }
  return held === needed ? undefined : `locks ${String(held)} atoms, needs ${String(needed)}`;
}

/** Moves `atoms` that an order needs from free to locked. The caller has checked that they are there. */
export function lock(account: Account, order: Order, atoms: bigint): void {
  const balance = account.balance(paidAsset(order.side, order.instrument));
  balance.free -= atoms;
  balance.locked += atoms;
  order.locked = atoms;
}

/** Leaves the one lock of a pair with the order that goes on, as far as it needs it. */
export function leaveLock(account: Account, winner: Order, loser: Order): void {
  const needed = lockNeeded(winner, winner.lots - winner.filledLots);
  const spare = winner.locked + loser.locked - needed;
  const balance = account.balance(paidAsset(winner.side, winner.instrument));
  balance.free += spare;
  balance.locked -= spare;
  winner.locked = needed;
  loser.locked = 0n;
}

/** Frees exactly what an order still has locked. */
export function unlock(account: Account, order: Order): void {
  if (order.locked === 0n) return;
  const balance = account.balance(paidAsset(order.side, order.instrument));
  balance.free += order.locked;
  balance.locked -= order.locked;
  order.locked = 0n;
}

/**
 * Settles one order's side of a trade: pays, receives, takes the fee and collects it in `fees`.
 * The fee comes from what is received, rounded down to a whole atom, or from the account's own fee asset.
 */
export function settle(
  account: Account,
  order: Order,
  trade: Trade,
  fees: Map<string, bigint>,
): AccountTrade {
  const { instrument, lots, quote } = trade;
  const isMaker = order.side !== trade.takerSide;
  const base = baseOf(instrument, lots);
  const released = order.locked === 0n ? 0n : lockNeeded(order, lots);
  const from = account.balance(paidAsset(order.side, order.instrument));
  const paid = order.side === 'BUY' ? quote : base;
  if (released !== paid) from.free += released - paid;
  if (released !== 0n) {
    from.locked -= released;
    order.locked -= released;
  }
  const received = order.side === 'BUY' ? base : quote;
  account.balance(receivedAsset(order.side, order.instrument)).free += received;

  const ppm = isMaker ? account.makerPpm : account.takerPpm;
  const { asset, atoms } = ownFee(account, trade, ppm) ?? {
    asset: receivedAsset(order.side, order.instrument),
    atoms: (received * ppm) / PPM,
  };
  if (atoms > 0n) {
    account.balance(asset).free -= atoms;
    fees.set(asset, (fees.get(asset) ?? 0n) + atoms);
  }
  return {
    id: trade.id,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    instrument,
    side: order.side,
    ticks: trade.ticks,
    lots,
    quote,
    fee: atoms,
    feeAsset: asset,
    isMaker,
    timeMs: trade.timeMs,
  };
}

/**
 * The fee in the account's own fee asset, rounded down; undefined when it has none, has no price for it or
 * not enough of it free: Binance then takes the ordinary fee, without discount.
 */
function ownFee(
  account: Account,
  { instrument, quote }: Trade,
  ppm: bigint,
): { asset: string; atoms: bigint } | undefined {
  const own = account.feeAsset;
  const price = own?.prices.get(instrument.quote);
  if (own === undefined || price === undefined) return undefined;
  const atoms = (quote * ppm * (PPM - own.discountPpm) * UNIT_ATOMS) / (PPM * PPM * price);
  return account.balance(own.asset).free >= atoms ? { asset: own.asset, atoms } : undefined;
}
