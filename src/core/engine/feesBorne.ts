/**
 * Fees that are taken in a coin which strategies hold: what the account has of it besides pays first, and what is beyond that is
 * booked out of positions, dust and then the newest first. So positions never say more than is there because other markets trade.
 */
import { add, isAboveZero, minOf, subtract, sumOf, ZERO, type Decimal } from '../domain/decimal.ts';
import { feeIn, type Fill } from '../domain/fill.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { OrderRecord } from '../domain/order.ts';
import { accountOf, holdingOf } from '../ledger/ledger.ts';
import type { Share } from '../ledger/sharing.ts';
import { bookTransfer } from './bookings.ts';
import { baseMarkets, claimOf, positionsOf } from './cover.ts';
import { cutsAmong } from './cuts.ts';
import type { EngineState } from './state.ts';

/** After a fill was booked, with its fees. What a fee took before the coins were known to be bought is booked when they are. */
export function bearFees(state: EngineState, fill: Fill, order: OrderRecord): void {
  const instrument = state.markets.get(fill.symbol)?.instrument;
  if (!instrument) return;
  const { base, quote } = instrument;
  const taken = [{ asset: fill.feeAsset, amount: fill.fee }, ...(fill.moreFees ?? [])];
  for (const { asset, amount } of taken) {
    if (asset === base || asset === quote || !isAboveZero(amount)) continue;
    state.feeAssets.add(asset);
    settle(state, asset, amount);
  }
  if (fill.side === 'sell') bearOwn(state, fill, { order, instrument });
  else if (state.feeAssets.has(base)) settle(state, base, ZERO);
}

/** A sale of everything whose fees were taken in the coin itself, or of what fees have taken meanwhile: others have paid the rest. */
function bearOwn(
  state: EngineState,
  fill: Fill,
  { order, instrument }: { readonly order: OrderRecord; readonly instrument: Instrument },
): void {
  const { strategyId, symbol } = order.intent;
  const { amount, booked } = holdingOf(state.ledger, strategyId, symbol).position;
  const { base, takerFee } = instrument;
  // Nearly always: no fee explains anything then.
  if (booked === undefined && fill.feeAsset !== base && fill.moreFees === undefined) return;
  if (!amount.isNegative()) return;
  const isUntouched = !accountOf(state.ledger, base).deposited.isNegative();
  const before = isUntouched && booked?.amount.isNegative() === true ? booked.amount.neg() : ZERO;
  // Of all its fills: the last one alone need not explain what they came to.
  const own = feeIn(fill, base).isZero() ? ZERO : order.filled.times(takerFee);
  const lifted = minOf(amount.neg(), add(own, before));
  if (!isAboveZero(lifted)) return;
  const reason = `the fee was taken in ${base}, of which it had sold all`;
  const booking = { amount: lifted, cost: ZERO, cause: 'fees', reason } as const;
  bookTransfer(state, { strategyId, symbol, ...booking });
  settle(state, base, lifted);
}

/** What the last run did not come to book. */
export function settleFees(state: EngineState): void {
  for (const { instrument } of baseMarkets(state)) settle(state, instrument.base, ZERO);
}

/** @param fee what has just been taken */
function settle(state: EngineState, asset: Asset, fee: Decimal): void {
  const positions = positionsOf(state, asset);
  const held = positions.filter(({ holding }) => isAboveZero(holding.position.amount));
  if (held.length === 0) return;
  const claims = held.map((one) => claimOf(one, one.holding.position.amount));
  const { total, deposited } = accountOf(state.ledger, asset);
  const short = subtract(sumOf(claims.map(({ amount }) => amount)), total);
  // Where nothing was withdrawn and nobody has sold what was not his, fees alone can have made it short.
  const isOfFees = !deposited.isNegative() && held.length === positions.length;
  const borne = isOfFees ? short : minOf(short, fee);
  if (!isAboveZero(borne)) return;
  take(state, asset, cutsAmong(state, claims, borne, 'newest'));
}

function take(state: EngineState, asset: Asset, shares: readonly Share[]): void {
  const reason = `other markets’ fees are taken in ${asset}`;
  for (const { claim, amount } of shares) {
    const { strategyId, symbol } = claim;
    bookTransfer(state, { strategyId, symbol, amount: amount.neg(), cause: 'fees', reason });
  }
}
