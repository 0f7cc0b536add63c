import type { WalkForwardReport } from '../../../research/optimise/report.ts';
import type { WalkForwardRequest } from '../../../research/optimise/request.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt } from '../interrupt.ts';
import { span } from '../parse.ts';
import { lookOf, printLines } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { progressWords } from '../render/optimiseText.ts';
import { walkForwardLines } from '../render/walkForwardText.ts';
import { searchOptions, searchRequest, type SearchOptions } from '../searchOptions.ts';

interface WalkForwardOptions extends SearchOptions {
  /** Milliseconds. */
  readonly train: number;
  readonly test: number;
  readonly purge: number;
  readonly embargo: number;
  readonly expanding?: boolean;
}

export const addWalkForward: AddCommand = (program, context) => {
  const command = program
    .command('walk-forward')
    .argument('<strategy>', 'strategy file')
    .description(
      'search parameters on each window of a history, and run what was found on what came after',
    );
  searchOptions(command)
    .requiredOption('--train <time>', 'length of what is searched on, such as 365d', span)
    .requiredOption('--test <time>', 'length of what comes after, such as 90d', span)
    .option(
      '--purge <time>',
      'left out between both: as long as a position is held (default: 0s)',
      span,
      0,
    )
    .option('--embargo <time>', 'left out there besides (default: 0s)', span, 0)
    .option('--expanding', 'every search begins where the first did');
  onRun<WalkForwardOptions>(command, context, ({ args, options }) => {
    const { train: trainMs, test: testMs, purge: purgeMs, embargo: embargoMs } = options;
    if (!(trainMs > 0) || !(testMs > 0))
      throw new CliError(EXIT.usage, '--train and --test must be longer than nothing');
    return run(context, options, {
      ...searchRequest(program, context, { strategyFile: args[0] ?? '', options }),
      ...{ trainMs, testMs, purgeMs, embargoMs, expanding: options.expanding === true },
    });
  });
};

async function run(
  context: Context,
  options: WalkForwardOptions,
  request: Omit<WalkForwardRequest, 'stopped' | 'onProgress'>,
): Promise<ExitCode> {
  const progress = progressLine(context);
  const interrupt = onInterrupt(context.io);
  const onProgress: WalkForwardRequest['onProgress'] = (window, windows, at) => {
    const words = `window ${window + 1} of ${windows}: ${progressWords(at)}`;
    progress.label(words, (window + at.done / at.trials) / windows);
  };
  const walking = context.app.walkForward({ ...request, onProgress, stopped: interrupt.happened });
  const report = await walking.finally(() => {
    progress.clear();
    interrupt.release();
  });
  print(context, options, report);
  return report.complete ? EXIT.ok : EXIT.interrupted;
}

function print(context: Context, options: WalkForwardOptions, report: WalkForwardReport): void {
  if (options.json === true) printJson(context.io, { ...report });
  else printLines(context, walkForwardLines(report, lookOf(context, options)));
}
