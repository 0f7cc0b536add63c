/**
 * A report as one page that needs nothing else: drawings are SVG within it, and its policy forbids the browser to ask anybody for
 * anything.
 */
import type { BacktestReport } from '../../research/reportSchema.ts';
import { candleChart } from './candles.ts';
import { drawdownChart, equityChart } from './curves.ts';
import { heatMap } from './heatMap.ts';
import { escaped, figureText, minuteText } from './markup.ts';
import {
  decisionTable,
  exitTable,
  marketTable,
  metricList,
  strategyTable,
  tradeTable,
} from './sections.ts';
import { STYLE } from './style.ts';

/** Lines on what is to be known about the data are said by whoever knows the words. */
export function reportPage(report: BacktestReport, remarks: readonly string[]): string {
  const name = report.strategies.map(({ strategy }) => strategy).join(', ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(`Backtest: ${name}`)}</title>
<style>${STYLE}</style></head>
<body>
${[...head(report, name, remarks), ...charts(report), ...tables(report)].join('\n')}
</body></html>
`;
}

function head(report: BacktestReport, name: string, remarks: readonly string[]): string[] {
  const { metrics, from, to, interrupted } = report;
  const span = `${minuteText(from)} to ${minuteText(to)} UTC, ${String(metrics.bars)} bars`;
  return [
    `<h1>${escaped(name)}</h1><p>${escaped(span)}</p>`,
    ...(interrupted ? ['<p class="warn">Interrupted: this is what there was until then.</p>'] : []),
    ...remarks.map((remark) => `<p class="warn">${escaped(remark)}</p>`),
    `<div class="cards">${cards(report).join('')}</div>`,
  ];
}

function cards({ metrics, random }: BacktestReport): string[] {
  const { bounds, ambiguous_bars: open } = metrics;
  const card = (title: string, value: string): string =>
    `<div class="card"><span>${escaped(title)}</span><b>${escaped(value)}</b></div>`;
  return [
    card('Return on the budgets', figureText(metrics.return, 'percent')),
    card('Buy and hold', figureText(metrics.buy_and_hold, 'percent')),
    card('Final equity', figureText(metrics.final_equity, 'money')),
    card('Maximum drawdown', figureText(metrics.max_drawdown, 'percent')),
    card('Sharpe', figureText(metrics.sharpe, 'ratio')),
    card('Trades', figureText(metrics.trades, 'count')),
    ...(random === null
      ? []
      : [
          card(
            `Better than of ${String(random.draws)} at random times`,
            figureText(random.better_than, 'percent'),
          ),
          card('Median of those', figureText(random.median, 'percent')),
        ]),
    ...(open === 0
      ? []
      : [
          card(
            `Final equity, ${String(open)} bars read both ways`,
            `${figureText(bounds.low, 'money')} … ${figureText(bounds.high, 'money')}`,
          ),
        ]),
  ];
}

function charts(report: BacktestReport): string[] {
  return [
    '<h2>Equity<i class="key" style="color:var(--own)"></i>account<i class="key" style="color:var(--held)"></i>budgets held</h2>',
    equityChart(report),
    '<h2>Below the peak</h2>',
    drawdownChart(report),
    ...report.chart.markets.flatMap((market) => [
      `<h2>${escaped(market.symbol)}</h2>`,
      candleChart(report, market),
    ]),
    '<h2>Change by month, %</h2>',
    heatMap(report),
  ];
}

function tables(report: BacktestReport): string[] {
  return [
    '<h2>Metrics</h2>',
    metricList(report),
    '<h2>Strategies</h2>',
    strategyTable(report),
    '<h2>Markets</h2>',
    marketTable(report),
    '<h2>Exits</h2>',
    exitTable(report),
    '<h2>Trades</h2>',
    tradeTable(report),
    `<details><summary>Decisions</summary>${decisionTable(report)}</details>`,
  ];
}
