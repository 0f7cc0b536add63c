/**
 * Taking the exchange's balances for what they are: money that came or went is booked, and positions that say more than is there are
 * cut by a rule that the operator has chosen. What would be done is worked out first and shown; the same is done then.
 */
import { maxOf, subtract, sumOf, toText, ZERO, type Decimal } from '../domain/decimal.ts';
import type { ControlEvent } from '../domain/events.ts';
import type { Balance } from '../domain/fill.ts';
import type { Asset, MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { BookingCause, ShareRule } from '../domain/position.ts';
import { applyTransfer, type BalanceDifference } from '../ledger/ledger.ts';
import type { Claim } from '../ledger/sharing.ts';
import { bookTransfer, heedMissing } from './bookings.ts';
import { claimOf, positionsOf, type Held } from './cover.ts';
import { cutsAmong } from './cuts.ts';
import { driftIn, isOf } from './halts.ts';
import type { EngineState, MarketState } from './state.ts';

/** A position that is to change. */
export interface AdoptionMove {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  readonly base: Asset;
  /** Negative: the position is cut. Positive: it had sold more than it held, which is made good. */
  readonly amount: Decimal;
  /** What the position says now. */
  readonly before: Decimal;
  readonly cause: BookingCause;
}

export interface AdoptionPlan {
  /** Differences that are booked as deposits and withdrawals. */
  readonly transfers: readonly BalanceDifference[];
  readonly moves: readonly AdoptionMove[];
}

/** Why it cannot be done: which rule is missing, or does not fit. */
export interface AdoptionRefusal {
  readonly ok: false;
  readonly code: 'RULE_NEEDED' | 'RULE_UNKNOWN' | 'RULE_SHORT';
  readonly words: string;
}

export interface AdoptionWish {
  readonly symbol: MarketSymbol;
  /** The exchange's, read while nothing was on its way. */
  readonly balances: readonly Balance[];
  /** Whose position shrinks; absent: there is only one that can. */
  readonly rule?: ShareRule | undefined;
}

/** What adopting the balances of a market's base and quote would come to. Pure. */
export function planAdoption(
  state: EngineState,
  { symbol, balances, rule }: AdoptionWish,
): ({ readonly ok: true } & AdoptionPlan) | AdoptionRefusal {
  const market = state.markets.get(symbol);
  if (!market) return { ok: true, transfers: [], moves: [] };
  const transfers = driftIn(state, balances).filter((drift) => isOf(market.instrument, drift));
  const moves: AdoptionMove[] = [];
  for (const asset of [market.instrument.base, market.instrument.quote]) {
    const planned = movesOf(state, asset, { transfers, rule });
    if ('code' in planned) return planned;
    moves.push(...planned);
  }
  return { ok: true, transfers, moves };
}

/** Books what was planned, or the one booking that is asked for. Without a rule where one is needed, the money alone. */
export function adopt(state: EngineState, event: ControlEvent): void {
  if (event.booking) bookTransfer(state, event.booking);
  else adoptBalances(state, event);
  heedMissing(state);
}

/** Nothing is halted or lifted by it. */
function adoptBalances(state: EngineState, event: ControlEvent): void {
  const { symbol, balances = [], rule, reason } = event;
  const market = symbol === undefined ? undefined : state.markets.get(symbol);
  if (symbol !== undefined && !market) return;
  for (const difference of driftIn(state, balances))
    if (!market || isOf(market.instrument, difference)) transfer(state, difference, reason);
  if (market) book(state, market, { rule, reason });
}

/** By now the ledger is what the exchange has. */
function book(
  state: EngineState,
  { instrument }: MarketState,
  { rule, reason }: Pick<ControlEvent, 'rule' | 'reason'>,
): void {
  for (const asset of [instrument.base, instrument.quote]) {
    const moves = movesOf(state, asset, { transfers: [], rule });
    if ('code' in moves) continue;
    for (const { strategyId, symbol, amount, cause } of moves)
      bookTransfer(state, { strategyId, symbol, amount, cause, reason });
  }
}

function movesOf(
  state: EngineState,
  asset: Asset,
  { transfers, rule }: Pick<AdoptionPlan, 'transfers'> & Pick<AdoptionWish, 'rule'>,
): readonly AdoptionMove[] | AdoptionRefusal {
  const positions = positionsOf(state, asset);
  const claims = positions
    .filter(({ holding }) => holding.position.amount.gt(ZERO))
    .map((held) => claimOf(held, held.holding.position.amount));
  const total = state.ledger.accounts.get(asset)?.total ?? ZERO;
  const has = transfers.find((difference) => difference.asset === asset)?.exchange ?? total;
  const missing = maxOf(subtract(sumOf(claims.map(({ amount }) => amount)), has), ZERO);
  const cuts = missing.isZero() ? [] : cutsOf(state, claims, { asset, missing, rule });
  return 'code' in cuts ? cuts : [...cuts, ...positions.flatMap(liftOf)];
}

/** Whose position shrinks, or why that cannot be said. */
function cutsOf(
  state: EngineState,
  claims: readonly Claim[],
  {
    asset,
    missing,
    rule,
  }: { readonly asset: Asset; readonly missing: Decimal } & Pick<AdoptionWish, 'rule'>,
): readonly AdoptionMove[] | AdoptionRefusal {
  const chosen = rule ?? (claims.length === 1 ? claims[0]?.strategyId : undefined);
  const held = claims.map(({ strategyId, amount }) => `${strategyId} ${toText(amount)}`).join(', ');
  const gone = `${toText(missing)} ${asset} of ${held} is gone`;
  if (chosen === undefined) return refuse('RULE_NEEDED', `${gone}: say whose position shrinks`);
  const shares = cutsAmong(state, claims, missing, chosen);
  if (shares.length === 0) return refuse('RULE_UNKNOWN', `${chosen} holds no ${asset}; ${gone}`);
  if (sumOf(shares.map(({ amount }) => amount)).lt(missing))
    return refuse('RULE_SHORT', `${chosen} holds less than that; ${gone}`);
  return shares.map(({ claim, amount }) => {
    const { strategyId, symbol, amount: before } = claim;
    return { strategyId, symbol, base: asset, amount: amount.neg(), before, cause: 'gone' };
  });
}

/** What a strategy has sold of others' coins is made good: they bear it. */
function liftOf({ holding, instrument }: Held): AdoptionMove[] {
  const { strategyId, symbol, amount } = holding.position;
  if (!amount.isNegative()) return [];
  const made = { amount: amount.neg(), before: amount, cause: 'oversold' as const };
  return [{ strategyId, symbol, base: instrument.base, ...made }];
}

function refuse(code: AdoptionRefusal['code'], words: string): AdoptionRefusal {
  return { ok: false, code, words };
}

function transfer(
  { ledger, out, now, drift }: EngineState,
  { asset, difference, exchange }: BalanceDifference,
  reason: string,
): void {
  const made = { asset, amount: difference, reason };
  out.transferred(made, applyTransfer(ledger, made));
  drift.delete(asset);
  const code = difference.isNegative() ? 'WITHDRAWAL_ADOPTED' : 'DEPOSIT_ADOPTED';
  const inputs = { amount: toText(difference.abs()), asset, balance: toText(exchange), reason };
  out.note({ at: now, code, inputs });
}
