/** Runs that are kept, for people. */
import { METRICS, type MetricUnit } from '../../../core/reporting/metricCatalogue.ts';
import type { RunComparison, RunSummary } from '../../../research/runSummary.ts';
import type { Look } from './look.ts';
import { table, type Column } from './table.ts';
import { elapsed, money, percent } from './values.ts';

const DAY_CHARS = 10;
/** Enough of a sum of money for its cents and those of what is small. */
const MONEY_DECIMALS = 8;

export const RUN_COLUMNS: readonly Column[] = [
  { title: 'RUN' },
  { title: 'STRATEGIES', flexible: true },
  { title: 'MARKETS' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'RETURN', align: 'right' },
  { title: 'HOLDING', align: 'right' },
  { title: 'DRAWDOWN', align: 'right' },
  { title: 'SHARPE', align: 'right' },
  { title: 'TRADES', align: 'right' },
];

export function runRow(run: RunSummary & { readonly id: string }): string[] {
  return [
    ...[run.id, run.strategies.join(', '), run.symbols.join(', ')],
    run.from.slice(0, DAY_CHARS),
    run.interrupted ? `${run.to.slice(0, DAY_CHARS)} (cut)` : run.to.slice(0, DAY_CHARS),
    ...[percent(run.return), percent(run.buy_and_hold), percent(run.max_drawdown)],
    ...[run.sharpe === null ? '-' : run.sharpe.toFixed(2), String(run.trades)],
  ];
}

/** Lines without line feeds. */
export function comparisonLines(
  [a, b]: readonly [string, string],
  { metrics, settings, same_fills: same }: RunComparison,
  { paint, width }: Look,
): string[] {
  const columns = [
    { title: '' },
    { title: a, align: 'right' as const },
    { title: b, align: 'right' as const },
  ];
  const set = table({
    columns: [{ title: 'SET' }, { title: a }, { title: b, flexible: true }],
    rows: settings.map((setting) => [setting.what, setting.a, setting.b]),
    width,
    paintTitle: paint.dim,
  });
  const came = table({
    columns: [...columns, { title: 'DIFFERENCE', align: 'right' as const }],
    rows: metrics.map(({ name, ...each }) => {
      const { title, unit } = METRICS[name];
      return [title, shown(each.a, unit), shown(each.b, unit), shown(each.difference, unit, true)];
    }),
    paintTitle: paint.dim,
  });
  return [
    ...(settings.length === 0 ? ['both were set the same'] : set),
    ...(same ? ['both did the same, to the last fill'] : []),
    '',
    ...came,
  ];
}

function shown(value: number | string | null, unit: MetricUnit, isDifference = false): string {
  if (value === null) return '-';
  const number = Number(value);
  const size = TEXT_OF[unit](Math.abs(number));
  if (number < 0) return `-${size}`;
  return isDifference && number > 0 ? `+${size}` : size;
}

/** Of what is not below 0. */
const TEXT_OF: Readonly<Record<MetricUnit, (value: number) => string>> = {
  percent,
  seconds: elapsed,
  count: String,
  money: (value) => money(value.toFixed(MONEY_DECIMALS)),
  ratio: (value) => value.toFixed(2),
};
