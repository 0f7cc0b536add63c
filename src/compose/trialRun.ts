/** One trial, wherever it runs: the only place where the optimiser meets the backtest. */
import { bareSource, strategyWith } from '../adapters/config/strategyContent.ts';
import { between } from '../core/domain/barColumns.ts';
import { dec } from '../core/domain/decimal.ts';
import type { Instrument } from '../core/domain/instrument.ts';
import { marketSymbol } from '../core/domain/ids.ts';
import type { Json } from '../core/domain/json.ts';
import type { BarColumns } from '../core/domain/market.ts';
import type { Timeframe } from '../core/domain/time.ts';
import type { StrategySpec } from '../core/strategies/contract.ts';
import { NOTHING, outcomeOfRun } from '../research/optimise/outcome.ts';
import type { TrialOutcome, TrialTask } from '../research/optimise/trial.ts';
import type { BacktestAccount } from './backtestAccount.ts';
import { passThrough } from './backtestPass.ts';
import { fitSpec } from './fitSpec.ts';
import { unpack } from './packed.ts';

/** All that is the same for every trial; plain data but for the columns. */
export interface RunTerms {
  readonly content: Readonly<Record<string, unknown>>;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Packed. */
  readonly account: Json;
  readonly instrument: Json;
}

export async function runTrial(
  terms: RunTerms,
  columns: BarColumns,
  task: TrialTask,
): Promise<TrialOutcome> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const made = strategyWith(bareSource('the strategy', terms.content), task.params);
  if (!made.ok) {
    const problem = made.error.map((each) => `${each.path} ${each.problem}`).join('; ');
    return { ...NOTHING, state: 'refused', problem, seconds: seconds() };
  }
  const spec = fitSpec({ ...made.value, symbol: marketSymbol(terms.symbol) }, terms.timeframe);
  try {
    return { ...(await outcomeOf(terms, columns, { task, spec })), seconds: seconds() };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...NOTHING, state: 'failed', problem, seconds: seconds() };
  }
}

async function outcomeOf(
  terms: RunTerms,
  columns: BarColumns,
  { task, spec }: { readonly task: TrialTask; readonly spec: StrategySpec },
): Promise<Omit<TrialOutcome, 'seconds'>> {
  const { account, instrument } = chargedTerms(terms, task);
  const { fromMs, toMs, closeAtEnd } = task;
  const rest = { priceDecimals: 0, gaps: [], jumps: [], zeroVolumeBars: 0, conversions: [] };
  const { timeframe } = terms;
  const bars = {
    ...rest,
    ...{ columns: between(columns, task.warmFromMs, toMs), timeframe, name: '' },
  };
  const market = { symbol: spec.symbol, bars, detail: undefined, instrument, assumed: [] };
  const quiet = { onProgress: () => undefined, isCancelled: () => false };
  const trial = { specs: [spec], markets: [market], account };
  const options = { fromMs, toMs, closeAtEnd, ...quiet };
  const { run, equity } = await passThrough(trial, options, 'strict');
  if (run.bars === 0) throw new Error('there are no bars in its time');
  return outcomeOfRun({ run, equity, instrument, opening: account.balance, budget: spec.budget });
}

function chargedTerms(
  terms: RunTerms,
  { feeFactor, slippageFactor }: TrialTask,
): { readonly account: BacktestAccount; readonly instrument: Instrument } {
  // Packed by trialSetup.ts, from exactly these.
  const account = unpack(terms.account) as BacktestAccount;
  const instrument = unpack(terms.instrument) as Instrument;
  const { fills } = account;
  const charged = {
    makerFee: instrument.makerFee.times(dec(feeFactor)),
    takerFee: instrument.takerFee.times(dec(feeFactor)),
  };
  return {
    account: { ...account, fills: { ...fills, slippage: fills.slippage * slippageFactor } },
    instrument: { ...instrument, ...charged },
  };
}
