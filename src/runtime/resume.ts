/** The operator has looked at a halted symbol and lets it trade again. */
import { toText } from '../core/domain/decimal.ts';
import { marketSymbol, strategyId, type MarketSymbol } from '../core/domain/ids.ts';
import { unknownWords } from '../core/domain/nearest.ts';
import type { ShareRule } from '../core/domain/position.ts';
import { planAdoption, type AdoptionPlan, type AdoptionWish } from '../core/engine/adoption.ts';
import { missingOf, heldOfAsset, thereOf } from '../core/engine/cover.ts';
import type { MarketState } from '../core/engine/state.ts';
import type { Parts } from './parts.ts';

export interface ResumeRequest {
  /** As the operator typed it. */
  readonly symbol: string;
  readonly reason: string;
  /** Book the difference between the exchange's balances and the ledger as a deposit or withdrawal first. */
  readonly adoptBalances: boolean;
  /** `newest`, `pro-rata` or a strategy's id; absent: there is only one position that can shrink. */
  readonly rule?: string;
  /** What the operator was shown and has agreed to; absent: whatever it is. */
  readonly agreed?: AdoptionDocument;
}

/** What adopting the balances of a market would do, for people and scripts. Exact decimals as text. */
export interface AdoptionDocument {
  readonly symbol: string;
  readonly transfers: readonly {
    readonly asset: string;
    readonly exchange: string;
    readonly ledger: string;
  }[];
  readonly moves: readonly {
    readonly strategy: string;
    readonly symbol: string;
    readonly base: string;
    /** Negative: the position is cut. */
    readonly amount: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/**
 * What `resumeSymbol` with `adoptBalances` would book. Nothing is changed.
 * @throws Error `SYMBOL_UNKNOWN`, `RULE_NEEDED`, `RULE_UNKNOWN`, `RULE_SHORT`, `BALANCES_MOVING`, `GATEWAY_FAILED`
 */
export async function previewAdoption(
  parts: Parts,
  { symbol: typed, rule }: Pick<ResumeRequest, 'symbol' | 'rule'>,
): Promise<AdoptionDocument> {
  const { symbol } = marketOf(parts, typed).instrument;
  const known = ruleOf(parts, rule);
  const balances = await parts.reconciler.steadyBalances();
  return documentOf(symbol, planned(parts, { symbol, balances, rule: known }));
}

/**
 * @throws Error `SYMBOL_UNKNOWN` when it is not traded here, `NOT_HALTED` when nothing stands in its way, none of its orders is
 * quarantined or lost to the journal and nothing is to be adopted, `POSITIONS_MISSING` when positions say more than is there and nothing is to be adopted,
 * `RULE_NEEDED`, `RULE_UNKNOWN` or `RULE_SHORT` when it is not said whose position shrinks, or that cannot be, `PLAN_CHANGED` when that
 * is not what was agreed to, `BALANCES_MOVING` when orders keep filling while balances are read, `GATEWAY_FAILED`. Nothing is changed
 * then.
 */
export async function resumeSymbol(parts: Parts, request: ResumeRequest): Promise<void> {
  const { session, reconciler, holds } = parts;
  const { reason, adoptBalances, agreed } = request;
  const market = marketOf(parts, request.symbol);
  const { symbol } = market.instrument;
  if (adoptBalances) {
    const rule = ruleOf(parts, request.rule);
    const balances = await reconciler.steadyBalances();
    const wish = { symbol, balances, rule };
    const document = documentOf(symbol, planned(parts, wish));
    if (agreed && JSON.stringify(agreed) !== JSON.stringify(document))
      throw new Error('PLAN_CHANGED: something has moved since that was shown; look again');
    session.control({ action: 'adopt', reason, ...wish });
    reconciler.adopted(balances);
  } else assertResumable(parts, market);
  session.control({ action: 'unhalt', symbol, reason });
  holds.renew();
}

function marketOf({ session }: Parts, typed: string): MarketState {
  const { markets } = session.state;
  const market = markets.get(marketSymbol(typed.toUpperCase()));
  if (market) return market;
  const words = `${typed} is not traded here; there is ${[...markets.keys()].join(', ')}`;
  throw new Error(`SYMBOL_UNKNOWN: ${words}`);
}

function assertResumable({ session }: Parts, { instrument, haltReason }: MarketState): void {
  const { symbol, base } = instrument;
  // Its cancel may have been refused when the symbol was resumed before: it can be asked for again.
  const isQuarantined = session
    .liveOrders()
    .some(({ state, intent }) => state === 'QUARANTINED' && intent.symbol === symbol);
  const isLost = [...session.state.strangers.values()].some(
    (stranger) => stranger.isLost && stranger.symbol === symbol,
  );
  if (haltReason === '' && !isQuarantined && !isLost)
    throw new Error(`NOT_HALTED: nothing stands in the way of ${symbol}`);
  if (missingOf(session.state, base).isZero()) return;
  const held = toText(heldOfAsset(session.state, base));
  const there = toText(thereOf(session.state, base));
  throw new Error(
    `POSITIONS_MISSING: positions say ${held} ${base}, the account has ${there}; \`--adopt-balances=newest\`, \`=pro-rata\` or \`=STRATEGY\` says whose it was`,
  );
}

/** @throws Error the code of what is wrong with the rule */
function planned({ session }: Parts, wish: AdoptionWish): AdoptionPlan {
  const plan = planAdoption(session.state, wish);
  if (plan.ok) return plan;
  throw new Error(
    `${plan.code}: ${plan.words}; \`--adopt-balances=\` takes newest, pro-rata or the id of a strategy that holds it`,
  );
}

/** @throws Error `RULE_UNKNOWN` for a name that is no strategy's */
function ruleOf({ session }: Parts, rule: string | undefined): ShareRule | undefined {
  if (rule === undefined || rule === 'newest' || rule === 'pro-rata') return rule;
  const { strategies, ledger } = session.state;
  const known = new Set<string>([...strategies.keys(), ...ledger.holdings.keys()]);
  if (known.has(rule)) return strategyId(rule);
  const words = unknownWords('rule or strategy', rule, ['newest', 'pro-rata', ...known]);
  throw new Error(`RULE_UNKNOWN: ${words}`);
}

function documentOf(symbol: MarketSymbol, { transfers, moves }: AdoptionPlan): AdoptionDocument {
  return {
    symbol,
    transfers: transfers.map(({ asset, exchange, ledger }) => ({
      asset,
      exchange: toText(exchange),
      ledger: toText(ledger),
    })),
    moves: moves.map(({ strategyId: strategy, symbol: market, base, amount, before }) => ({
      strategy,
      symbol: market,
      base,
      amount: toText(amount),
      before: toText(before),
      after: toText(before.plus(amount)),
    })),
  };
}
