import type { DriftQuestion } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { moment } from '../parse.ts';
import { lookOf, printLines } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { driftDocument, driftLines } from '../render/driftText.ts';

interface DriftOptions extends GlobalOptions {
  /** UTC, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly data?: string;
  readonly stored?: string;
  readonly json?: boolean;
}

export const addDrift: AddCommand = (program, context) => {
  const command = program
    .command('drift')
    .description(
      'compare what was traded with the backtest of the same time; every difference gets its cause',
    )
    .option('--from <time>', 'UTC day or moment of the market to begin at (default: all)', moment)
    .option('--to <time>', 'UTC day or moment to end before', moment)
    .option('--data <file>', 'candles of the backtest (default: those that were recorded)')
    .option('--stored <exchange>', 'candles of the backtest: what is stored of this exchange')
    .option('--json', 'JSON on stdout');
  onRun<DriftOptions>(command, context, ({ options }) =>
    run(context, options, configChoice(program, context, options)),
  );
};

async function run(
  context: Context,
  options: DriftOptions,
  config: DriftQuestion['config'],
): Promise<ExitCode> {
  const progress = progressLine(context);
  const question = { ...questionOf(options), config, onProgress: progress.show };
  const result = await context.app.drift(question).finally(progress.clear);
  if (options.json === true) printJson(context.io, driftDocument(result));
  else printLines(context, driftLines(result, lookOf(context, options)));
  return result.unexplained + result.unrecorded.length > 0 ? EXIT.unexplained : EXIT.ok;
}

/** @throws CliError for options that contradict each other. */
function questionOf(options: DriftOptions): Omit<DriftQuestion, 'config' | 'onProgress'> {
  const { from, to, data, stored } = options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  if (data !== undefined && stored !== undefined)
    throw new CliError(EXIT.usage, '--data or --stored, not both');
  return {
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    ...(data !== undefined && { dataFile: data }),
    ...(stored !== undefined && { storedOf: stored }),
  };
}
