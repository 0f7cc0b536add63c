/** What the best of many trials is worth: the statistics of core/statistics over what the ledger has. */
import { Random } from '../../core/domain/random.ts';
import {
  drawnReturns,
  tradeOrder,
  type DrawnReturns,
  type DrawOptions,
  type TradeOrder,
} from '../../core/statistics/monteCarlo.ts';
import { overfitting, type Overfitting } from '../../core/statistics/overfitting.ts';
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeEstimate,
  sharpeVariance,
} from '../../core/statistics/sharpe.ts';
import {
  superiority,
  type Superiority,
  type SuperiorityOptions,
} from '../../core/statistics/superiority.ts';
import { verdictOn, type Verdict } from '../../core/statistics/verdict.ts';
import type { TrialOutcome } from './trial.ts';

/** Trials that the tests over many series look at: evenly spread over all, whatever they came to. */
const SERIES_MAX = 200;
const DAYS_PER_YEAR = 365;

export interface JudgedCase {
  /** The best, run once more with all there is to know. */
  readonly best: TrialOutcome;
  /** Daily returns of all trials over the same days, the best one's among them. */
  readonly trials: readonly (readonly number[])[];
  /** Different trials that were ever booked on this. */
  readonly tried: number;
  /** Annual Sharpe ratios of those, as far as they have one. */
  readonly sharpes: readonly number[];
  readonly seed: number;
  /** Series drawn anew for each test; absent: 1,000. */
  readonly draws?: number;
}

const DRAWS_DEFAULT = 1000;

/** Sharpe ratios are annual here. Null where nothing can be said. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly tried: number;
  readonly observations: number;
  readonly sharpe: number | null;
  /** What the best of so many trials without skill would show. */
  readonly expected_by_chance: number | null;
  readonly probabilistic_sharpe: number | null;
  readonly deflated_sharpe: number | null;
  /** Days. */
  readonly minimum_track_record: number | null;
  readonly overfitting: Overfitting | null;
  readonly against_holding: Superiority | null;
  readonly trade_order: TradeOrder | null;
  readonly drawn_returns: DrawnReturns | null;
}

export function judge(judged: JudgedCase): Judgement {
  const { best, trials, seed, draws = DRAWS_DEFAULT } = judged;
  const ratio = ratioOf(judged);
  const series = spread(trials);
  const overfit = series.length > 1 ? overfitting(series) : undefined;
  const holding = againstHolding(best, series, {
    random: Random.stream(seed, 'judge/holding'),
    samples: draws,
  });
  return {
    verdict: verdictOn({
      trials: ratio.tried,
      observations: ratio.observations,
      deflated: ratio.deflated_sharpe ?? undefined,
      trackRecord: ratio.minimum_track_record ?? undefined,
      trades: best.profits.length,
      spa: holding?.spa,
      overfitting: overfit?.probability,
    }),
    ...ratio,
    overfitting: overfit ?? null,
    against_holding: holding ?? null,
    ...drawn(best, { random: Random.stream(seed, 'judge/draws'), draws }),
  };
}

type Ratio = Pick<
  Judgement,
  | 'tried'
  | 'observations'
  | 'sharpe'
  | 'expected_by_chance'
  | 'probabilistic_sharpe'
  | 'deflated_sharpe'
  | 'minimum_track_record'
>;

function ratioOf({ best, tried, sharpes }: JudgedCase): Ratio {
  const search = {
    trials: Math.max(1, tried),
    variance: sharpeVariance(sharpes) / DAYS_PER_YEAR,
  };
  const known = { tried: search.trials, observations: best.returns.length };
  const expected = annual(expectedMaximumSharpe(search));
  const estimate = sharpeEstimate(best.returns);
  if (!estimate)
    return {
      ...known,
      ...{ sharpe: null, expected_by_chance: expected, probabilistic_sharpe: null },
      ...{ deflated_sharpe: null, minimum_track_record: null },
    };
  return {
    ...known,
    sharpe: annual(estimate.sharpe),
    expected_by_chance: expected,
    probabilistic_sharpe: probabilisticSharpe(estimate),
    deflated_sharpe: deflatedSharpe(estimate, search),
    minimum_track_record: minimumTrackRecord(estimate) ?? null,
  };
}

function drawn(
  { profits, equity, returns }: TrialOutcome,
  options: DrawOptions,
): Pick<Judgement, 'trade_order' | 'drawn_returns'> {
  return {
    trade_order: tradeOrder(profits, equity, options) ?? null,
    drawn_returns: drawnReturns(returns, options) ?? null,
  };
}

/** All trials less the price, over the same budget. */
function againstHolding(
  { benchmark, equity, budget }: TrialOutcome,
  series: readonly (readonly number[])[],
  options: SuperiorityOptions,
): Superiority | undefined {
  const differences = series
    .filter(({ length }) => length === benchmark.length)
    .map((returns) => onBudget(returns, equity, budget).map((r, day) => r - (benchmark[day] ?? 0)));
  return superiority(differences, options);
}

/**
 * Returns of the account as returns of the budget, which is the same every day: a strategy does not put its profits to work, and is
 * held against a holder who does not either.
 */
export function onBudget(returns: readonly number[], equity: number, budget: number): number[] {
  let before = equity;
  return returns.map((r) => {
    const won = before * r;
    before += won;
    return won / budget;
  });
}

function annual(ratio: number): number {
  return ratio * Math.sqrt(DAYS_PER_YEAR);
}

/** At most so many, evenly spread. */
function spread<Item>(items: readonly Item[]): Item[] {
  const step = Math.max(1, items.length / SERIES_MAX);
  const picked: Item[] = [];
  for (let at = 0; at < items.length && picked.length < SERIES_MAX; at += step) {
    const item = items[Math.floor(at)];
    if (item !== undefined) picked.push(item);
  }
  return picked;
}
