/**
 * Orders at the exchange that are in no books of ours: the owner's own, and those of ours that an old copy of the journal has lost. What
 * they hold can be neither sold nor spent here. Those that this installation has made are cancelled when a way out or a guard needs what
 * they hold, or when the operator says so; all others are left alone.
 */
import {
  isAboveZero,
  maxOf,
  minOf,
  subtract,
  sumOf,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Asset, MarketSymbol } from '../domain/ids.ts';
import type { Stranger } from '../domain/stranger.ts';
import { SECOND_MS } from '../domain/time.ts';
import { presentOf } from '../ledger/ledger.ts';
import { positionsOf, thereOf } from './cover.ts';
import type { EngineState } from './state.ts';

/** Market time between two cancels of the same order: the first, doubled with each, and the longest. */
const AGAIN_MS_MIN = 5 * SECOND_MS;
const AGAIN_MS_MAX = 60 * SECOND_MS;

/** What strangers hold of an asset: base of their sells, quote of their buys at a limit. Those of one list hold it once. */
export function lockedOf(state: EngineState, asset: Asset): Decimal {
  if (state.strangers.size === 0) return ZERO;
  const byList = new Map<string, Decimal>();
  for (const [key, stranger] of state.strangers) {
    const held = heldBy(state, stranger, asset);
    if (held === ZERO) continue;
    const list = stranger.terms?.listId ?? key;
    byList.set(list, maxOf(byList.get(list) ?? ZERO, held));
  }
  return sumOf(byList.values());
}

function heldBy({ markets }: EngineState, stranger: Stranger, asset: Asset): Decimal {
  const { symbol, terms, filled } = stranger;
  const instrument = markets.get(symbol)?.instrument;
  if (!instrument || !terms) return ZERO;
  const left = maxOf(subtract(terms.amount, filled), ZERO);
  if (terms.side === 'sell') return asset === instrument.base ? left : ZERO;
  if (asset !== instrument.quote || terms.price === undefined) return ZERO;
  return left.times(terms.price);
}

/** What of an asset is there and held by no stranger, as far as is known. */
export function unlockedOf(state: EngineState, asset: Asset): Decimal {
  const locked = lockedOf(state, asset);
  // ZERO itself nearly always, which costs no arithmetic.
  return locked === ZERO ? thereOf(state, asset) : subtract(thereOf(state, asset), locked);
}

/** What strangers hold of a coin that positions need. */
export interface Lack {
  readonly locked: Decimal;
  /** Of positions, what is there. */
  readonly positions: Decimal;
  /** Of that, what can be sold. */
  readonly free: Decimal;
}

/** Undefined while positions could be sold as far as they are there. */
export function lackOf(state: EngineState, asset: Asset): Lack | undefined {
  const locked = lockedOf(state, asset);
  if (!isAboveZero(locked)) return undefined;
  const positions = sumOf(
    positionsOf(state, asset).map(({ holding }) => maxOf(presentOf(holding), ZERO)),
  );
  const free = maxOf(minOf(subtract(thereOf(state, asset), locked), positions), ZERO);
  return free.lt(positions) ? { locked, positions, free } : undefined;
}

/** Cancels the lost sells of a coin, when positions need what they hold; one that was asked for lately is given time. */
export function freeCoins(state: EngineState, asset: Asset, reason: string): void {
  if (state.strangers.size === 0 || !lackOf(state, asset)) return;
  for (const stranger of state.strangers.values()) {
    const isInTheWay = stranger.isLost && heldBy(state, stranger, asset) !== ZERO;
    if (isInTheWay && state.now >= stranger.askAgainAt) cancelLost(state, stranger, reason);
  }
}

/** Cancels the lost orders of a market, or of all, as the operator wants it. */
export function cancelAllLost(
  state: EngineState,
  symbol: MarketSymbol | undefined,
  reason: string,
): void {
  for (const stranger of state.strangers.values())
    if (stranger.isLost && (symbol === undefined || stranger.symbol === symbol))
      cancelLost(state, stranger, reason);
}

/** Asks for the cancel of an order that this installation has made; of any other nothing is asked. */
export function cancelLost(state: EngineState, stranger: Stranger, reason: string): void {
  const { symbol, exchangeOrderId, clientOrderId, isLost } = stranger;
  if (!isLost || clientOrderId === undefined) return;
  const waitMs = Math.min(AGAIN_MS_MIN * 2 ** stranger.asked, AGAIN_MS_MAX);
  stranger.asked += 1;
  stranger.askAgainAt = state.now + waitMs;
  state.out.command({ kind: 'cancelLost', symbol, exchangeOrderId, clientOrderId });
  if (stranger.asked > 1) return;
  const inputs = { exchangeOrderId, symbol, reason };
  state.out.note({ at: state.now, code: 'LOST_CANCEL', symbol, inputs });
}

/** Notes it once when positions lack what strangers hold, and once when they lack it no more. */
export function noteLack(state: EngineState, asset: Asset): void {
  const lack = lackOf(state, asset);
  if ((lack !== undefined) === state.locked.has(asset)) return;
  if (!lack) {
    state.locked.delete(asset);
    state.out.note({ at: state.now, code: 'COINS_FREE', inputs: { asset } });
    return;
  }
  state.locked.add(asset);
  const inputs = {
    asset,
    locked: toText(lack.locked),
    positions: toText(lack.positions),
    free: toText(lack.free),
  };
  state.out.note({ at: state.now, code: 'COINS_LOCKED', inputs });
}
