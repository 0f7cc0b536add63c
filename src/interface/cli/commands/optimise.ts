import type { OptimiseReport } from '../../../research/optimise/report.ts';
import type { StudyProgress } from '../../../research/optimise/study.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt } from '../interrupt.ts';
import { lookOf, printLines } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { optimiseLines, progressWords } from '../render/optimiseText.ts';
import { searchOptions, searchRequest, type SearchOptions } from '../searchOptions.ts';

interface OptimiseOptions extends SearchOptions {
  readonly out?: string;
}

export const addOptimise: AddCommand = (program, context) => {
  const command = program
    .command('optimise')
    .argument('<strategy>', 'strategy file')
    .description(
      'search parameters over recorded candles; every trial is booked, and what is booked is not run again',
    );
  searchOptions(command).option(
    '--out <file>',
    'where the best is written as a strategy (default: below data_dir)',
  );
  onRun<OptimiseOptions>(command, context, ({ args, options }) =>
    run(context, options, {
      ...searchRequest(program, context, { strategyFile: args[0] ?? '', options }),
      ...(options.out !== undefined && { out: options.out }),
    }),
  );
};

async function run(
  context: Context,
  options: OptimiseOptions,
  request: Omit<Parameters<Context['app']['optimise']>[0], 'stopped' | 'onProgress'>,
): Promise<ExitCode> {
  const progress = progressLine(context);
  const interrupt = onInterrupt(context.io);
  const onProgress = (at: StudyProgress): void => {
    progress.label(progressWords(at), at.done / at.trials);
  };
  const searching = context.app.optimise({ ...request, onProgress, stopped: interrupt.happened });
  const report = await searching.finally(() => {
    progress.clear();
    interrupt.release();
  });
  print(context, options, report);
  if (!report.complete) return EXIT.interrupted;
  return report.best ? EXIT.ok : EXIT.failed;
}

function print(context: Context, options: OptimiseOptions, report: OptimiseReport): void {
  if (options.json === true) printJson(context.io, { ...report });
  else printLines(context, optimiseLines(report, lookOf(context, options)));
}
