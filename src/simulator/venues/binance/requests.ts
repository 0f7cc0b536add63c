/** What the request handlers share: their context, page sizes, and how they find markets. */
import type { Market } from '../../market/market.ts';
import type { World } from '../../market/world.ts';
import type { Conditions } from '../../faults/conditions.ts';
import { badParameterCombination, invalidSymbol } from './errors.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Limits } from './limits.ts';
import type { Params } from './params.ts';

/** What every handler works with. */
export interface RestContext {
  readonly world: World;
  readonly wallNowMs: () => number;
  readonly limits: Limits;
  readonly conditions: Conditions;
  /** Ids that cancel requests gave themselves, by order id: the user stream reports them. */
  readonly cancelIds: Map<number, string>;
}

/** Page sizes of lists. */
export const LIMIT_DEFAULT = 500;
export const LIMIT_MAX = 1_000;

/** The market that `symbol` names. @throws BinanceError −1102, −1121. */
export function marketOf({ world }: RestContext, params: Params): Market {
  return marketNamed(world, params.required('symbol'));
}

/** @throws BinanceError −1121. */
export function marketNamed(world: World, id: string): Market {
  const market = world.markets.get(id);
  if (market === undefined) throw invalidSymbol();
  return market;
}

/** The markets that `symbol` or `symbols` ask for, all without either; and whether one alone was asked for. */
export function marketsOf(
  { world }: RestContext,
  params: Params,
): { markets: Market[]; isSingle: boolean } {
  const symbol = params.text('symbol');
  const symbols = params.list('symbols');
  if (symbol !== undefined && symbols !== undefined) throw badParameterCombination();
  if (symbol !== undefined) return { markets: [marketNamed(world, symbol)], isSingle: true };
  if (symbols === undefined) return { markets: [...world.markets.values()], isSingle: false };
  return { markets: symbols.map((id) => marketNamed(world, id)), isSingle: false };
}

/** One row per market asked for; a single object when one alone was. */
export function perMarket(
  context: RestContext,
  params: Params,
  row: (market: Market) => JsonObject,
): Json {
  const { markets, isSingle } = marketsOf(context, params);
  const rows = markets.map(row);
  return isSingle ? (rows[0] ?? {}) : rows;
}

/** `startTime` and `endTime`; open ends where they were not sent. */
export function timeRange(params: Params): {
  fromMs: number;
  toMs: number;
  hasStart: boolean;
  hasEnd: boolean;
} {
  const fromMs = params.integer('startTime');
  const toMs = params.integer('endTime');
  return {
    fromMs: fromMs ?? 0,
    toMs: toMs ?? Number.MAX_SAFE_INTEGER,
    hasStart: fromMs !== undefined,
    hasEnd: toMs !== undefined,
  };
}
