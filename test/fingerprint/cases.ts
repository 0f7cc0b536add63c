/** What is run to take a fingerprint: the shipped examples alone, and several strategies on one coin and one account. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadStrategy } from '../../src/adapters/config/strategyFiles.ts';
import { dec, type Decimal } from '../../src/core/domain/decimal.ts';
import { marketSymbol, strategyId } from '../../src/core/domain/ids.ts';
import type { FillModel } from '../../src/core/matching/model.ts';
import type { StrategySpec } from '../../src/core/strategies/contract.ts';

/** Every run is on this market, whatever the prices are of. */
export const SYMBOL = marketSymbol('BTC/USDT');

export interface Case {
  readonly name: string;
  /** All on one account. */
  readonly specs: readonly StrategySpec[];
  readonly fillModel: FillModel;
  /** Quote to begin with. */
  readonly balance: Decimal;
  /** Multiplies the tick and the lot that the data suggest: 5 makes them no powers of ten. */
  readonly coarseness?: number;
}

/** The project. The build is one folder deeper than the sources. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/dist[\\/]$/u, '');

type Changes = Partial<Omit<StrategySpec, 'params'>> & { readonly params?: object };

/** A shipped example on this market, with changes. */
function example(file: string, changes: Changes = {}): StrategySpec {
  const loaded = loadStrategy(join(ROOT, 'strategies', file));
  if (!loaded.ok) throw new Error(`${file} is not valid`);
  const { spec } = loaded.value;
  const params = { ...(spec.params as object), ...changes.params };
  return { ...spec, symbol: SYMBOL, ...changes, params };
}

const [GRID, DCA, TREND, REVERSION] = [
  'grid-btc.yaml',
  'dca-eth.yaml',
  'trend-eth.yaml',
  'reversion-sol.yaml',
] as const;

const PLAIN: FillModel = { slippage: 0.0005, touch: 'through', quoteMaxAgeMs: 0 };
/** So small a share of a bar that orders are filled in parts. */
const PARTS: FillModel = { ...PLAIN, maxShare: 0.01 };
const RICH = dec('10000');
/** Less than the strategies may spend together: they are in each other's way. */
const POOR = dec('1700');

/** Stops and targets so near that they are reached all the time. */
const guarded = (): readonly StrategySpec[] => [
  example(GRID, { stopLoss: 0.01, cooldownMs: 600_000, params: { lines: 41 } }),
  example(DCA, { stopLoss: 0.006, takeProfit: 0.004, cooldownMs: 300_000 }),
  example(TREND, { stopLoss: 0.002, takeProfit: 0.003, cooldownMs: 60_000 }),
  example(REVERSION, { stopLoss: 0.003, takeProfit: 0.002, cooldownMs: 60_000 }),
];

const all = (): readonly StrategySpec[] => [GRID, DCA, TREND, REVERSION].map((f) => example(f));

/** Two of a kind, with different settings, beside each other. */
const twins = (): readonly StrategySpec[] => [
  example(GRID, { params: { lines: 11, initial_position: 'balanced' } }),
  example(GRID, { id: strategyId('grid-2'), params: { post_only: true, max_open_orders: 4 } }),
  example(DCA, { params: { every: 120_000 } }),
  example(DCA, { id: strategyId('dca-2'), takeProfit: 0.002 }),
];

export const CASES: readonly Case[] = [
  ...[GRID, DCA, TREND, REVERSION].map((file) => {
    const spec = example(file);
    return { name: spec.kind, specs: [spec], fillModel: PLAIN, balance: RICH };
  }),
  { name: 'all, poor', specs: all(), fillModel: PLAIN, balance: POOR },
  { name: 'guarded', specs: guarded(), fillModel: PLAIN, balance: RICH },
  { name: 'guarded, in parts', specs: guarded(), fillModel: PARTS, balance: POOR },
  { name: 'twins, in parts', specs: twins(), fillModel: PARTS, balance: RICH, coarseness: 5 },
];
