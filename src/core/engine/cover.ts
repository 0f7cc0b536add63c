/**
 * What positions say against what is there. Where less of a coin is there than all positions of it say, each strategy may sell its
 * share of what is there and no more, until the operator has said whose coins they were. Positions themselves are left as they are.
 */
import {
  add,
  maxOf,
  minOf,
  subtract,
  sumOf,
  toText,
  ZERO,
  type Decimal,
} from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { presentOf, type Holding } from '../ledger/ledger.ts';
import { shareOut, type Claim } from '../ledger/sharing.ts';
import type { EngineState, MarketState } from './state.ts';

/** What the exchange has of an asset as far as is known: the ledger's balance, unless they are known to differ. */
export function thereOf({ ledger, drift }: EngineState, asset: Asset): Decimal {
  const total = ledger.accounts.get(asset)?.total ?? ZERO;
  const difference = drift.get(asset);
  return difference === undefined ? total : add(total, difference);
}

/** A position of a coin, whoever's, and the market it was bought in. */
export interface Held {
  readonly holding: Holding;
  readonly instrument: Instrument;
}

/** Every position of a coin that is not zero, or of which something is missing; what has sold more than it held is negative. */
export function positionsOf({ ledger, markets }: EngineState, asset: Asset): readonly Held[] {
  const found: Held[] = [];
  for (const bySymbol of ledger.holdings.values())
    for (const [symbol, holding] of bySymbol) {
      const instrument = markets.get(symbol)?.instrument;
      if (instrument?.base !== asset) continue;
      if (holding.position.amount.isZero() && holding.absent === ZERO) continue;
      found.push({ holding, instrument });
    }
  return found;
}

/** The sum of what strategies say they hold; who has sold more than it held makes that no less. */
export function heldOfAsset(state: EngineState, asset: Asset): Decimal {
  return sumOf(
    positionsOf(state, asset).map(({ holding }) => maxOf(holding.position.amount, ZERO)),
  );
}

/** What positions say beyond what is there, ≥ 0. */
export function missingOf(state: EngineState, asset: Asset): Decimal {
  return maxOf(subtract(heldOfAsset(state, asset), thereOf(state, asset)), ZERO);
}

/** One market per coin. */
export function baseMarkets({ markets }: EngineState): readonly MarketState[] {
  const byBase = new Map<Asset, MarketState>();
  for (const market of markets.values()) {
    const { base } = market.instrument;
    if (!byBase.has(base)) byBase.set(base, market);
  }
  return [...byBase.values()];
}

/** A position as a claim to what there is, `held` of it. */
export function claimOf({ holding, instrument }: Held, held: Decimal): Claim {
  const { strategyId, symbol, openedAt } = holding.position;
  return { strategyId, symbol, amount: held, openedAt, step: instrument.lotSize };
}

/**
 * Shares out what is missing of each coin anew; what was shared out before stays where it is, so that who sells does not get more of
 * what is there for having sold. Notes it once when something is missing, or more or less than before. Returns the holdings of which
 * more or less is there now.
 */
export function recogniseMissing(state: EngineState): readonly Holding[] {
  return baseMarkets(state).flatMap(({ instrument }) => recognise(state, instrument.base));
}

function recognise(state: EngineState, asset: Asset): readonly Holding[] {
  const held = positionsOf(state, asset);
  const missing = missingOf(state, asset);
  const before = new Map(held.map(({ holding }) => [holding, holding.absent]));
  // What has been sold since cannot be missing from what is left.
  for (const { holding } of held) holding.absent = within(holding.absent, holding);
  const known = sumOf(held.map(({ holding }) => holding.absent));
  if (!missing.eq(known)) share(held, subtract(missing, known));
  const changed = [...before].filter(([{ absent }, was]) => !absent.eq(was));
  if (!missing.eq(sumOf(before.values()))) noteMissing(state, asset, missing);
  return changed.map(([holding]) => holding);
}

function within(absent: Decimal, { position }: Holding): Decimal {
  return absent === ZERO ? ZERO : maxOf(minOf(absent, position.amount), ZERO);
}

/** @param more what more is missing than before; negative: what is there again */
function share(held: readonly Held[], more: Decimal): void {
  const isMore = more.gt(ZERO);
  const claims = new Map<Claim, Holding>();
  for (const one of held) {
    const { holding } = one;
    const amount = isMore ? presentOf(holding) : holding.absent;
    if (amount.gt(ZERO)) claims.set(claimOf(one, amount), holding);
  }
  for (const { claim, amount } of shareOut([...claims.keys()], more.abs(), 'pro-rata')) {
    const holding = claims.get(claim);
    if (!holding) continue;
    const absent = add(holding.absent, isMore ? amount : amount.neg());
    holding.absent = absent.isZero() ? ZERO : absent;
  }
}

function noteMissing(state: EngineState, asset: Asset, missing: Decimal): void {
  const inputs = {
    asset,
    positions: toText(heldOfAsset(state, asset)),
    balance: toText(thereOf(state, asset)),
    missing: toText(missing),
  };
  const code = missing.isZero() ? 'COINS_THERE' : 'COINS_MISSING';
  state.out.note({ at: state.now, code, inputs });
}
