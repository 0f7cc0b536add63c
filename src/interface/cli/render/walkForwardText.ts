/** Walking forward, for people: the verdict on what was never chosen on first. */
import type { WalkForwardReport } from '../../../research/optimise/report.ts';
import type { Look } from './look.ts';
import { aboutLines, ratio, statisticsLines, verdictLines } from './optimiseText.ts';
import { table } from './table.ts';
import { percent } from './values.ts';

const STEPS = ' ▁▂▃▄▅▆▇█';
const CURVE_WIDTH = 72;
const DAY_CHARS = 10;

/** Lines without line feeds. */
export function walkForwardLines(report: WalkForwardReport, look: Look): string[] {
  const { gap, metrics } = report;
  return [
    ...verdictLines(report.verdict, look),
    '',
    ...aboutLines(report, look),
    ...(report.complete ? [] : [look.paint.warn('Ended early; the same command goes on with it.')]),
    '',
    ...windowLines(report, look),
    '',
    ...(gap
      ? [
          `mean Sharpe ratio where parameters were chosen ${ratio(gap.in_sample)}, on what came after ${ratio(gap.out_of_sample)}: ${ratio(gap.lost)} lost`,
        ]
      : []),
    ...(metrics
      ? [
          `all tests one after the other: growth a year ${percent(metrics.cagr)}, Sharpe ${ratio(metrics.sharpe)}, Calmar ${ratio(metrics.calmar)}`,
          curveLine(report.curve),
        ]
      : []),
    ...stabilityLines(report, look),
    ...statisticsLines(report.statistics, look),
  ];
}

function windowLines({ windows }: WalkForwardReport, look: Look): string[] {
  return table({
    columns: [
      { title: 'TEST' },
      ...['SHARPE IN', 'OUT', 'RETURN/YEAR IN', 'OUT', 'TRADES OUT'].map((title) => ({
        title,
        align: 'right' as const,
      })),
      { title: 'PARAMETERS' },
    ],
    rows: windows.map(({ test: [from, to], in_sample: chosen, out_of_sample: after, params }) => [
      `${from.slice(0, DAY_CHARS)} … ${to.slice(0, DAY_CHARS)}`,
      ...[ratio(chosen.sharpe), ratio(after.sharpe), percent(chosen.return), percent(after.return)],
      String(after.trades ?? '-'),
      params
        ? Object.entries(params)
            .map(([name, value]) => `${name}=${String(value)}`)
            .join(' ')
        : 'nothing was found',
    ]),
    width: look.width,
    paintTitle: look.paint.dim,
  });
}

function stabilityLines({ stability }: WalkForwardReport, look: Look): string[] {
  if (stability.length === 0) return [];
  return [
    '',
    ...table({
      columns: [
        { title: 'PARAMETER' },
        { title: 'STAYED', align: 'right' },
        { title: 'FROM WINDOW TO WINDOW' },
      ],
      rows: stability.map(({ parameter, kept, values }) => [
        parameter,
        `${String(Math.round(kept * 100))}%`,
        values.map((value) => String(value ?? '-')).join(' → '),
      ]),
      width: look.width,
      paintTitle: look.paint.dim,
    }),
  ];
}

/** Equity by blocks of equal time. */
function curveLine(curve: readonly number[]): string {
  if (curve.length === 0) return '';
  const width = Math.min(CURVE_WIDTH, curve.length);
  const values = Array.from(
    { length: width },
    (_, at) => curve[Math.floor(((at + 1) * curve.length) / width) - 1] ?? 1,
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const marks = values.map((value) => {
    const step = 1 + Math.round(((value - low) / (high - low || 1)) * (STEPS.length - 2));
    return STEPS[step] ?? ' ';
  });
  return `${marks.join('')} ${low.toFixed(3)} … ${high.toFixed(3)}`;
}
