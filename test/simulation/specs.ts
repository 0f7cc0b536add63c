/** The strategies of a simulation: production's kinds on fast parameters, written as their files would say it, and the chaos one. */
import { z } from 'zod';
import { dec } from '../../src/core/domain/decimal.ts';
import { marketSymbol, strategyId } from '../../src/core/domain/ids.ts';
import type { RiskLimits } from '../../src/core/risk/limits.ts';
import type { Strategy, StrategyKind, StrategySpec } from '../../src/core/strategies/contract.ts';
import { DCA } from '../../src/core/strategies/dca/kind.ts';
import { GRID } from '../../src/core/strategies/grid/kind.ts';
import { MEAN_REVERSION } from '../../src/core/strategies/meanReversion/kind.ts';
import { TREND } from '../../src/core/strategies/trend/kind.ts';
import { ChaosStrategy } from './chaosStrategy.ts';
import type { Dice } from './dice.ts';

/** Tight, so that orders are refused for exposure all the time and a forgotten one shows. */
export const LIMITS: RiskLimits = {
  maxTotalExposure: dec('600'),
  priceBand: 0.05,
  maxOpenOrders: 30,
};

export interface Recipe {
  readonly id: string;
  readonly kind: StrategyKind | 'chaos';
  readonly symbol: string;
  readonly budget: string;
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Quote of one entry of a chaos strategy, lowest and highest. */
const USUAL_ENTRY = { lowest: 10, highest: 60 } as const;
/** Around the exchange's minimum of 5: some are refused, some can hardly be sold again. */
const SMALL_ENTRY = { lowest: 4, highest: 9 } as const;

const CHAOS: readonly Recipe[] = [
  {
    id: 'chaos-btc',
    kind: 'chaos',
    symbol: 'BTC/USDT',
    budget: '180',
    stopLoss: 0.01,
    takeProfit: 0.01,
    params: USUAL_ENTRY,
  },
  { id: 'chaos-eth', kind: 'chaos', symbol: 'ETH/USDT', budget: '180', params: USUAL_ENTRY },
];

/** Near the minimum, out of budgets that no amount divides. */
const SMALL: readonly Recipe[] = [
  {
    id: 'small-btc',
    kind: 'chaos',
    symbol: 'BTC/USDT',
    budget: '17.77',
    stopLoss: 0.02,
    params: SMALL_ENTRY,
  },
  {
    id: 'small-eth',
    kind: 'chaos',
    symbol: 'ETH/USDT',
    budget: '33.33333333',
    params: SMALL_ENTRY,
  },
];

/** Now and then: more stops on one market than an exchange may take. */
const CROWD: readonly Recipe[] = [1, 2, 3, 4, 5].map((number) => ({
  id: `crowd-${number}`,
  kind: 'chaos',
  symbol: 'BTC/USDT',
  budget: '31.07',
  stopLoss: 0.005 * number,
  params: USUAL_ENTRY,
}));
const CROWD_CHANCE = 0.15;

const REAL: readonly Recipe[] = [
  {
    id: 'grid-btc',
    kind: GRID,
    symbol: 'BTC/USDT',
    budget: '149.99',
    params: { lower: '-1.5%', upper: '1.5%', lines: 7, initial_position: 'balanced' },
  },
  {
    id: 'dca-eth',
    kind: DCA,
    symbol: 'ETH/USDT',
    budget: '100.01',
    stopLoss: 0.02,
    takeProfit: 0.005,
    params: { every: '2m', amount: '15 USDT' },
  },
  {
    id: 'trend-btc',
    kind: TREND,
    symbol: 'BTC/USDT',
    budget: '77.7',
    stopLoss: 0.01,
    params: { ema_fast: 2, ema_slow: 4, atr_length: 3, atr_multiple: 1 },
  },
  {
    id: 'reversion-eth',
    kind: MEAN_REVERSION,
    symbol: 'ETH/USDT',
    budget: '80',
    stopLoss: 0.01,
    params: { bollinger_length: 5, rsi_length: 3, entry_percent_b: 0.4, entry_rsi: 50 },
  },
];

/** What a process is started with: made anew for each, from the same specs. */
export interface StrategySet {
  readonly specs: readonly StrategySpec[];
  make(): { readonly spec: StrategySpec; readonly strategy: Strategy }[];
}

/** For each coin a chaos strategy, one with small amounts, and now and then a crowd; and one or more real ones. */
export function chooseStrategies(seed: number, dice: Dice): StrategySet {
  const first = dice.between(0, REAL.length - 1);
  const real = REAL.filter((_, index) => index === first || dice.chance(0.3));
  const crowd = dice.chance(CROWD_CHANCE) ? CROWD : [];
  return strategySet([...CHAOS, ...SMALL, ...crowd, ...real], seed);
}

export function strategySet(chosen: readonly Recipe[], seed: number): StrategySet {
  const recipes = chosen.map((recipe) => ({ recipe, spec: specOf(recipe) }));
  return {
    specs: recipes.map(({ spec }) => spec),
    make: () =>
      recipes.map(({ recipe: { kind }, spec }) => ({
        spec,
        strategy: kind === 'chaos' ? new ChaosStrategy(spec, seed) : kind.create(spec),
      })),
  };
}

function specOf({ id, kind, symbol, budget, stopLoss, takeProfit, params }: Recipe): StrategySpec {
  return {
    id: strategyId(id),
    kind: kind === 'chaos' ? kind : kind.kind,
    symbol: marketSymbol(symbol),
    timeframe: '1m',
    budget: dec(budget),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    cooldownMs: 60_000,
    params: kind === 'chaos' ? params : z.strictObject(kind.shape).parse(params),
    source: 'simulation',
  };
}
