/**
 * The daemon at the simulated exchange and the backtest of what it recorded: the same market, strategies and settings. Every trade that
 * differs must have its cause.
 */
import { wireShadow } from '../../src/compose/driftShadow.ts';
import type { EngineState } from '../../src/core/engine/state.ts';
import type { FillModel } from '../../src/core/matching/model.ts';
import { DCA } from '../../src/core/strategies/dca/kind.ts';
import { GRID } from '../../src/core/strategies/grid/kind.ts';
import { MEAN_REVERSION } from '../../src/core/strategies/meanReversion/kind.ts';
import { TREND } from '../../src/core/strategies/trend/kind.ts';
import { kindOf } from '../../src/core/strategies/registry.ts';
import type { Strategy, StrategySpec } from '../../src/core/strategies/contract.ts';
import { drift, type DriftResult } from '../../src/research/drift/drift.ts';
import { MemoryRecorder } from '../builders/recorder.ts';
import type { Dice } from './dice.ts';
import type { DiskFolder } from './disk.ts';
import type { FaultId } from './faults.ts';
import { simulate } from './simulation.ts';
import { strategySet, type Recipe } from './specs.ts';

const FILLS: FillModel = { slippage: 0.0005, touch: 'through', maxShare: 0.5, quoteMaxAgeMs: 0 };

/** Every kind, with what its orders can be like: at the market and resting, with and without stop and target. */
const recipes = (dice: Dice): readonly Recipe[] => [
  {
    id: 'grid-btc',
    kind: GRID,
    symbol: 'BTC/USDT',
    budget: '149.99',
    ...(dice.chance(0.5) && { stopLoss: 0.03 }),
    params: {
      lower: '-1.5%',
      upper: '1.5%',
      lines: dice.between(5, 9),
      initial_position: dice.pick(['balanced', 'none'] as const),
    },
  },
  {
    id: 'dca-eth',
    kind: DCA,
    symbol: 'ETH/USDT',
    budget: '100.01',
    stopLoss: 0.02,
    takeProfit: dice.pick([0.003, 0.005, 0.01] as const),
    params: { every: dice.pick(['1m', '2m', '3m'] as const), amount: '15 USDT' },
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
    ...(dice.chance(0.5) && { stopLoss: 0.01 }),
    ...(dice.chance(0.5) && { takeProfit: 0.006 }),
    params: { bollinger_length: 5, rsi_length: 3, entry_percent_b: 0.4, entry_rsi: 50 },
  },
];

export interface ParityOptions {
  readonly seed: number;
  readonly folder: DiskFolder;
  /** Faults that may happen; none when absent. */
  readonly ids?: readonly FaultId[];
  /** A hand in the backtest, to see whether that is noticed. */
  readonly plant?: { readonly slippage?: number; readonly engine?: (state: EngineState) => void };
}

/** Undefined when the daemon was never at rest before the simulation came to its end. */
export async function parity(options: ParityOptions): Promise<DriftResult | undefined> {
  const { seed, folder, ids = [], plant = {} } = options;
  const recorders: MemoryRecorder[] = [];
  const recorder = (): MemoryRecorder => {
    const made = new MemoryRecorder();
    recorders.push(made);
    return made;
  };
  const { violation } = await simulate({
    ...{ seed, folder, ids, mutant: { recorder } },
    strategies: (_seed, dice) => strategySet(recipes(dice), seed),
    isOperated: false,
  });
  if (violation) throw new Error(violation.message);
  const runs = recorders
    .filter(({ lines }) => lines.length > 0)
    .map((each) => ({ entries: () => each.entries() }));
  const { slippage = FILLS.slippage, engine } = plant;
  try {
    return await drift({
      ...{ runs, make, slippage: FILLS.slippage },
      fromMs: 0,
      toMs: endOf(recorders),
      wire: (state) => {
        engine?.(state);
        return wireShadow({ state, fillModel: { ...FILLS, slippage }, latencyMs: 0 });
      },
    });
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('DRIFT_NO_BEGINNING')) return undefined;
    throw error;
  }
}

function make(spec: StrategySpec): Strategy {
  const kind = kindOf(spec.kind);
  if (!kind) throw new Error(`no kind ${spec.kind}`);
  return kind.create(spec);
}

/** When the simulation pauses entries to come to its end. */
function endOf(recorders: readonly MemoryRecorder[]): number {
  for (const each of recorders)
    for (const { kind, value } of each.entries())
      if (kind === 'event' && value.kind === 'control' && value.action === 'pause') return value.at;
  return Infinity;
}
