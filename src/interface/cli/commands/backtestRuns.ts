/** Backtests that were run before: `backtest list`, `show`, `compare`. */
import type { Command } from 'commander';
import { compareRuns } from '../../../research/runSummary.ts';
import { onRun } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { lookOf, printLines, printTable } from '../print.ts';
import { backtestLines } from '../render/backtestText.ts';
import { comparisonLines, RUN_COLUMNS, runRow } from '../render/runText.ts';
import { writeReport } from '../reportFiles.ts';

/** Those of `backtest`, which these words are said after. */
interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly html?: string;
  readonly csv?: string;
}

export function addRuns(program: Command, backtest: Command, context: Context): void {
  const runsOf = (options: Options) =>
    context.app.backtestRuns(configChoice(program, context, options));
  const list = backtest.command('list').description('runs that are kept, the newest first');
  onRun<Options>(list, context, async ({ options }) => {
    const runs = await runsOf(options);
    const { folder } = runs;
    const kept = runs.list();
    if (options.json === true) printJson(context.io, { folder, runs: kept });
    else
      printTable(context, options, {
        columns: RUN_COLUMNS,
        rows: kept.map(runRow),
        empty: `no runs in ${folder}`,
      });
    return EXIT.ok;
  });
  const show = backtest
    .command('show')
    .argument('<run>', 'its id, how that begins, or latest')
    .description('the report of a run that is kept; --json, --html and --csv as when it ran');
  onRun<Options>(show, context, async ({ args, options }) => {
    const { report } = (await runsOf(options)).read(args[0] ?? '');
    if (options.json === true) context.io.out(`${JSON.stringify(report, null, 2)}\n`);
    else printLines(context, backtestLines(report, lookOf(context, options)));
    writeReport(context, report, { html: options.html, csv: options.csv });
    return EXIT.ok;
  });
  const compare = backtest
    .command('compare')
    .argument('<a>', 'a run')
    .argument('<b>', 'another')
    .description('two runs beside each other: what was set, and what came of it');
  onRun<Options>(compare, context, async ({ args, options }) => {
    const runs = await runsOf(options);
    const [a, b] = [runs.read(args[0] ?? ''), runs.read(args[1] ?? '')];
    const comparison = compareRuns(a.report, b.report);
    if (options.json === true) printJson(context.io, { a: a.id, b: b.id, ...comparison });
    else printLines(context, comparisonLines([a.id, b.id], comparison, lookOf(context, options)));
    return EXIT.ok;
  });
}
