/** Whose position shrinks, and by how much, when less of a coin is there than positions say. */
import { divide, floorToStep, maxOf, minOf, sumOf, ZERO, type Decimal } from '../domain/decimal.ts';
import type { MarketSymbol, StrategyId } from '../domain/ids.ts';
import type { ShareRule } from '../domain/position.ts';
import type { Millis } from '../domain/time.ts';

/** What one strategy says it has of the coin. */
export interface Claim {
  readonly strategyId: StrategyId;
  readonly symbol: MarketSymbol;
  /** > 0. */
  readonly amount: Decimal;
  /** Market time since when; absent for what is too little to be sold. */
  readonly openedAt?: Millis | undefined;
  /** Shares are whole multiples of it where they can be: what is left can be sold then. */
  readonly step: Decimal;
}

export interface Share {
  readonly claim: Claim;
  /** > 0, at most the claim's amount. */
  readonly amount: Decimal;
}

/** Places after which a proportion is cut, before it is rounded to a step. */
const PROPORTION_DECIMALS = 18;

/** What each loses, in the order of the claims; those that lose nothing are left out. All they lose is `missing`, or all there is. */
export function shareOut(
  claims: readonly Claim[],
  missing: Decimal,
  rule: ShareRule,
): readonly Share[] {
  const lost = new Map<Claim, Decimal>();
  if (rule === 'pro-rata') takeProportions(lost, claims, missing);
  const own = isId(rule) ? claims.filter(({ strategyId }) => strategyId === rule) : claims;
  takeInTurn(lost, newestFirst(own), missing);
  return claims.flatMap((claim) => {
    const amount = lost.get(claim) ?? ZERO;
    return amount.gt(ZERO) ? [{ claim, amount }] : [];
  });
}

function isId(rule: ShareRule): rule is StrategyId {
  return rule !== 'newest' && rule !== 'pro-rata';
}

function takeProportions(
  lost: Map<Claim, Decimal>,
  claims: readonly Claim[],
  missing: Decimal,
): void {
  const total = sumOf(claims.map(({ amount }) => amount));
  if (!total.gt(ZERO)) return;
  const wanted = minOf(missing, total);
  for (const claim of claims) {
    const part = divide(wanted.times(claim.amount), total, PROPORTION_DECIMALS, 'floor');
    lost.set(claim, floorToStep(part, claim.step));
  }
}

/** What is still missing is taken off one after the other. */
function takeInTurn(lost: Map<Claim, Decimal>, claims: readonly Claim[], missing: Decimal): void {
  let rest = missing.minus(sumOf([...lost.values()]));
  for (const claim of claims) {
    const before = lost.get(claim) ?? ZERO;
    const taken = maxOf(minOf(rest, claim.amount.minus(before)), ZERO);
    lost.set(claim, before.plus(taken));
    rest = rest.minus(taken);
  }
}

/** What cannot be sold anyway goes first. */
function newestFirst(claims: readonly Claim[]): readonly Claim[] {
  const at = ({ openedAt }: Claim): number => openedAt ?? Number.MAX_SAFE_INTEGER;
  const name = ({ strategyId, symbol }: Claim): string => `${strategyId} ${symbol}`;
  return claims.toSorted((a, b) => at(b) - at(a) || (name(a) < name(b) ? -1 : 1));
}
