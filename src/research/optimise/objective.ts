/** What a search is to make large or small, and what it must keep, from their texts. */
import type { Score } from '../../core/search/contract.ts';
import type { TrialOutcome } from './trial.ts';

/** Metrics of a trial by name, and whether more of it is better. */
const MORE_IS_BETTER: Readonly<Record<string, boolean>> = {
  return: true,
  cagr: true,
  sharpe: true,
  geometric_sharpe: true,
  sortino: true,
  calmar: true,
  omega: true,
  tail_ratio: true,
  alpha: true,
  win_rate: true,
  win_rate_low: true,
  profit_factor: true,
  expectancy: true,
  sqn: true,
  kelly: true,
  trades: true,
  max_drawdown: false,
  volatility: false,
  ulcer_index: false,
  value_at_risk: false,
  conditional_value_at_risk: false,
  losing_streak: false,
  exposure: false,
  beta: false,
};

const METRIC_NAMES: readonly string[] = Object.keys(MORE_IS_BETTER);

/** A weighted sum of metrics; those of which less is better count with the other sign. */
export interface Objective {
  readonly text: string;
  readonly terms: readonly { readonly metric: string; readonly weight: number }[];
}

export interface Constraint {
  readonly text: string;
  readonly metric: string;
  readonly least?: number;
  readonly most?: number;
}

export interface Goals {
  /** Several: their Pareto front is searched for. At least one. */
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
}

/** `sharpe`, or with weights `sharpe=0.7,calmar=0.3`. @throws Error `USAGE` */
export function parseObjective(text: string): Objective {
  const terms = text.split(',').map((term) => {
    const [metric = '', weight = '1'] = term.split('=').map((part) => part.trim());
    return { metric: known(metric), weight: number(weight, text) };
  });
  if (terms.some(({ weight }) => !(weight > 0)))
    throw new Error(
      `USAGE: ${text}: weights are above 0; less is better of some metrics by itself`,
    );
  return { text, terms };
}

/** `max_drawdown<=20%`, `trades>=30`. @throws Error `USAGE` */
export function parseConstraint(text: string): Constraint {
  const [, metric = '', sign = '', value = ''] =
    /^\s*(\w+)\s*(<=|>=)\s*(\S+)\s*$/u.exec(text) ?? [];
  if (sign === '')
    throw new Error(
      `USAGE: ${text}: write a metric, <= or >=, and a number, like "max_drawdown<=20%"`,
    );
  const limit = number(value, text);
  return { text, metric: known(metric), ...(sign === '<=' ? { most: limit } : { least: limit }) };
}

function known(metric: string): string {
  if (metric in MORE_IS_BETTER) return metric;
  throw new Error(`USAGE: ${metric} is no metric; there are ${METRIC_NAMES.join(', ')}`);
}

function number(text: string, whole: string): number {
  const [, digits = '', percent = ''] = /^(-?\d+(?:\.\d+)?)(%?)$/u.exec(text) ?? [];
  if (digits === '') throw new Error(`USAGE: ${whole}: ${text} is no number`);
  return percent === '%' ? Number(digits) / 100 : Number(digits);
}

/** What an objective is worth; undefined when a metric of it cannot be said. Larger is better. */
export function worthOf(
  { terms }: Objective,
  metrics: TrialOutcome['metrics'],
): number | undefined {
  let sum = 0;
  for (const { metric, weight } of terms) {
    const value = metrics[metric];
    if (value === null || value === undefined) return undefined;
    sum += weight * (MORE_IS_BETTER[metric] === true ? value : -value);
  }
  return sum;
}

/** A trial as a search hears of it. */
export function scoreOf(
  { objectives, constraints }: Goals,
  { state, metrics }: Pick<TrialOutcome, 'state' | 'metrics'>,
): Score {
  if (state !== 'done') return { losses: objectives.map(() => Infinity), violation: Infinity };
  return {
    losses: objectives.map((objective) => -(worthOf(objective, metrics) ?? -Infinity)),
    violation: constraints.reduce((sum, constraint) => sum + excess(constraint, metrics), 0),
  };
}

/** By how much a constraint is broken, in shares of its limit; as much as can be where the metric cannot be said. */
function excess({ metric, least, most }: Constraint, metrics: TrialOutcome['metrics']): number {
  const value = metrics[metric];
  if (value === null || value === undefined) return Infinity;
  const over = most === undefined ? (least ?? value) - value : value - most;
  return Math.max(0, over) / Math.max(Math.abs(most ?? least ?? 0), 1e-9);
}
