import { InvalidArgumentError, type Command } from 'commander';
import { formatUtc } from '../../../core/domain/time.ts';
import type { Checked, LookAheadCheck, WarmUpCheck } from '../../../research/historyChecks.ts';
import type { HistoryCheckRequest } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { errPainter, printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { moment } from '../parse.ts';
import { printLines } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { lookAheadLines, warmUpLines } from '../render/checkText.ts';
import { printable } from '../render/text.ts';

interface CheckOptions extends GlobalOptions {
  readonly data: string;
  readonly market?: string;
  readonly symbol?: string;
  readonly from?: number;
  readonly to?: number;
  readonly count: number;
  readonly json?: boolean;
}

const COUNT_MAX = 10_000;

export const addCheck: AddCommand = (program, context) => {
  const check = program.command('check').description('whether a strategy can be believed');
  const add = (
    command: Command,
    { count, what }: { readonly count: string; readonly what: string },
    run: (request: HistoryCheckRequest, options: CheckOptions) => Promise<ExitCode>,
  ): void => {
    command
      .argument('<strategy>', 'strategy file')
      .requiredOption('--data <file>', 'candles, as for `backtest`')
      .option('--market <file>', 'trading rules by market, YAML (default: guessed from the prices)')
      .option('--symbol <market>', "market to run on, when the data is not of the strategy's own")
      .option('--from <time>', 'UTC day or moment; bars before it are left out', moment)
      .option('--to <time>', 'UTC day or moment; bars from it on are left out', moment)
      .option('--count <number>', what, wholeNumber, wholeNumber(count))
      .option('--json', 'JSON on stdout');
    onRun<CheckOptions>(command, context, async ({ args, options }) => {
      const progress = progressLine(context);
      const request = requestOf(context, options, {
        strategyFile: args[0] ?? '',
        config: configChoice(program, context, options),
        progress,
      });
      return run(request, options).finally(progress.clear);
    });
  };
  add(
    check
      .command('look-ahead')
      .description('run it over histories cut short: what was said must not change'),
    { count: '20', what: 'how many shorter histories' },
    async (request, options) => {
      const found = await context.app.checkLookAhead(request);
      return print(context, options, lookAheadResult(found));
    },
  );
  add(
    check
      .command('warm-up')
      .description('run it with shorter pasts: what a daemon fetches at its start must be enough'),
    { count: '20', what: 'how many moments' },
    async (request, options) => {
      const found = await context.app.checkWarmUp(request);
      return print(context, options, warmUpResult(found));
    },
  );
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= COUNT_MAX) return value;
  throw new InvalidArgumentError(`Write a whole number from 1 to ${COUNT_MAX}.`);
}

function requestOf(
  context: Context,
  options: CheckOptions,
  given: Pick<HistoryCheckRequest, 'strategyFile'> & {
    readonly config: { readonly file: string; readonly isNamed: boolean };
    readonly progress: ReturnType<typeof progressLine>;
  },
): HistoryCheckRequest {
  const { data, market, symbol, from, to, count } = options;
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  const { strategyFile, config, progress } = given;
  return {
    strategyFile,
    config,
    count,
    dataFile: data,
    ...(market !== undefined && { marketFile: market }),
    ...(symbol !== undefined && { symbol }),
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
    onProgress: progress.show,
    onRemark: (text) => {
      progress.clear();
      context.io.err(`${errPainter(context, options).warn('note:')} ${printable(text)}\n`);
    },
  };
}

interface Result {
  readonly isGood: boolean;
  readonly lines: readonly string[];
  readonly document: Readonly<Record<string, unknown>>;
}

function print(context: Context, options: CheckOptions, result: Result): ExitCode {
  if (options.json === true) printJson(context.io, result.document);
  else printLines(context, result.lines);
  return result.isGood ? EXIT.ok : EXIT.failed;
}

function lookAheadResult(found: LookAheadCheck): Result {
  const { strategySays, signalsSay } = found;
  const isGood = [strategySays, signalsSay].every((says) => (says?.leaks.length ?? 0) === 0);
  const document = {
    ...aboutOf(found),
    look_ahead: !isGood,
    strategy_says: lookAheadDocument(strategySays),
    signals_say: signalsSay ? lookAheadDocument(signalsSay) : null,
  };
  return { isGood, lines: lookAheadLines(found), document };
}

function lookAheadDocument({ cuts, compared, leaks }: LookAheadCheck['strategySays']): unknown {
  return {
    cuts,
    compared,
    leaks: leaks.map(({ at, cutAt, withFuture = null, withoutFuture = null }) => ({
      at: formatUtc(at),
      cut_at: formatUtc(cutAt),
      with_future: withFuture,
      without_future: withoutFuture,
    })),
  };
}

function warmUpResult(found: WarmUpCheck): Result {
  const { declared, fetched, isEnough, deviationMax, strategySays, signalsSay } = found;
  const lengthsOf = ({ lengths }: WarmUpCheck['strategySays']): unknown =>
    lengths.map(({ bars, otherWords, deviation, number }) => ({
      bars,
      other_decisions: otherWords,
      deviation: Number.isFinite(deviation) ? deviation : null,
      number,
    }));
  const document = {
    ...aboutOf(found),
    enough: isEnough,
    declared_bars: declared,
    fetched_bars: fetched,
    moments: strategySays.moments.length,
    deviation_max: deviationMax,
    strategy_says: lengthsOf(strategySays),
    signals_say: signalsSay ? lengthsOf(signalsSay) : null,
  };
  return { isGood: isEnough, lines: warmUpLines(found), document };
}

function aboutOf({ strategy, symbol, timeframe, bars, from, to }: Checked): object {
  return { strategy, symbol, timeframe, bars, from: formatUtc(from), to: formatUtc(to) };
}
