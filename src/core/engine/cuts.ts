/** Coins that go out of positions although nobody here sold them: whose, and what becomes of a sale that was under way meanwhile. */
import { add, isAboveZero, minOf, subtract, sumOf, ZERO, type Decimal } from '../domain/decimal.ts';
import { isGuard, type OrderRecord } from '../domain/order.ts';
import type { ShareRule } from '../domain/position.ts';
import { holdingOf } from '../ledger/ledger.ts';
import { shareOut, type Claim, type Share } from '../ledger/sharing.ts';
import { bookTransfer } from './bookings.ts';
import { claimOf, positionsOf } from './cover.ts';
import type { EngineState } from './state.ts';

/** As `shareOut`, but what is being sold right now may be gone before its cancel is heard: it is cut last. */
export function cutsAmong(
  state: EngineState,
  claims: readonly Claim[],
  missing: Decimal,
  rule: ShareRule,
): readonly Share[] {
  const lost = new Map<Claim, Decimal>(claims.map((claim) => [claim, ZERO]));
  take(lost, missing, rule, (claim) => subtract(claim.amount, soldOf(state, claim)));
  take(lost, missing, rule, ({ amount }) => amount);
  return claims.flatMap((claim) => {
    const amount = lost.get(claim) ?? ZERO;
    return isAboveZero(amount) ? [{ claim, amount }] : [];
  });
}

/** Shares out what is still missing over as much of each claim as `mostOf` says. */
function take(
  lost: Map<Claim, Decimal>,
  missing: Decimal,
  rule: ShareRule,
  mostOf: (claim: Claim) => Decimal,
): void {
  const parts = new Map<Claim, Claim>();
  for (const [claim, before] of lost) {
    const amount = subtract(mostOf(claim), before);
    if (isAboveZero(amount)) parts.set({ ...claim, amount }, claim);
  }
  const rest = subtract(missing, sumOf(lost.values()));
  if (!isAboveZero(rest)) return;
  for (const { claim: part, amount } of shareOut([...parts.keys()], rest, rule)) {
    const claim = parts.get(part);
    if (claim) lost.set(claim, add(lost.get(claim) ?? ZERO, amount));
  }
}

/** Base that orders of a claim's strategy are selling in its market; a guard only waits. */
function soldOf({ orders }: EngineState, { strategyId, symbol }: Claim): Decimal {
  let sum = ZERO;
  for (const { intent, filled } of orders.live())
    if (intent.strategyId === strategyId && intent.symbol === symbol)
      if (intent.side === 'sell' && !isGuard(intent))
        sum = add(sum, subtract(intent.amount, filled));
  return sum;
}

/**
 * After a fill was booked. A sale that was to be cancelled because its position was cut has come through: then its coins were there, and
 * what was gone was the others'. They are cut for it, the newest first; what nobody else holds was sold beyond what was held.
 */
export function bearSale(state: EngineState, { intent, cancelRequested }: OrderRecord): void {
  const { strategyId, symbol, side } = intent;
  if (side !== 'sell' || !cancelRequested) return;
  const { amount, booked = { amount: ZERO } } = holdingOf(
    state.ledger,
    strategyId,
    symbol,
  ).position;
  if (!amount.isNegative() || !booked.amount.isNegative()) return;
  const base = state.markets.get(symbol)?.instrument.base;
  if (base === undefined) return;
  const held = positionsOf(state, base).filter(({ holding }) =>
    isAboveZero(holding.position.amount),
  );
  const claims = held.map((one) => claimOf(one, one.holding.position.amount));
  const most = minOf(amount.neg(), booked.amount.neg());
  const shares = cutsAmong(state, claims, most, 'newest');
  const borne = sumOf(shares.map((share) => share.amount));
  if (!isAboveZero(borne)) return;
  const reason = `${strategyId} was selling its own when it was cut`;
  bookTransfer(state, { strategyId, symbol, amount: borne, cause: 'oversold', reason });
  for (const { claim, amount: cut } of shares)
    bookTransfer(state, {
      strategyId: claim.strategyId,
      symbol: claim.symbol,
      amount: cut.neg(),
      cause: 'gone',
      reason,
    });
}
