/** What `optimise` and `walk-forward` have in common. */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { METHOD_NAMES } from '../../research/optimise/methodNames.ts';
import type { SearchRequest } from '../../research/optimise/request.ts';
import { configChoice } from './configChoice.ts';
import { errPainter, type Context, type GlobalOptions } from './context.ts';
import { CliError, EXIT } from './exitCodes.ts';
import { moment, whole } from './parse.ts';
import { redisUrlOf } from './redisUrl.ts';
import { printable } from './render/text.ts';

export interface SearchOptions extends GlobalOptions {
  readonly data: string;
  readonly space: string;
  readonly trials: number;
  readonly method: string;
  readonly objective?: readonly string[];
  readonly constraint?: readonly string[];
  readonly seed: number;
  readonly jobs: number;
  readonly redis?: string | true;
  /** UTC, milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly market?: string;
  readonly symbol?: string;
  readonly json?: boolean;
}

/** More trials than this are noise mining. */
const TRIALS_MAX = 1_000_000;
const JOBS_MAX = 256;
const SEED_MAX = 2 ** 31;
const TRIALS_DEFAULT = 100;

export function searchOptions(command: Command, jobs = availableParallelism()): Command {
  return command
    .requiredOption('--data <file>', 'candles, as of backtest')
    .requiredOption('--space <file>', 'what is searched over: a YAML file, or the YAML itself')
    .option('--trials <number>', 'trials to run', whole(1, TRIALS_MAX), TRIALS_DEFAULT)
    .addOption(new Option('--method <name>', 'how to search').choices(METHOD_NAMES).default('tpe'))
    .option(
      '--objective <metrics>',
      'a metric, or some with weights ("sharpe=0.7,calmar=0.3"); again for a Pareto front (default: the space\'s, or sharpe)',
      collected,
    )
    .option(
      '--constraint <rule>',
      'what a result must keep ("max_drawdown<=20%"); may be given again',
      collected,
    )
    .option('--seed <number>', 'of everything that is drawn', whole(0, SEED_MAX), 1)
    .option('--jobs <number>', 'worker threads here', whole(0, JOBS_MAX), jobs)
    .option(
      '--redis [url]',
      'trials run on every `plimsoll worker` there, too (without a value: REDIS_URL)',
    )
    .option('--market <file>', 'trading rules by market, YAML (default: guessed from the prices)')
    .option('--symbol <market>', "market to run on instead of the strategy's own", symbol)
    .option('--from <time>', 'UTC day or moment to begin at', moment)
    .option('--to <time>', 'UTC day or moment to end before', moment)
    .option('--json', 'the report on stdout');
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function symbol(text: string): string {
  if (/^[\p{L}\p{N}]{1,20}\/[\p{L}\p{N}]{1,20}$/u.test(text)) return text;
  throw new InvalidArgumentError('Write a market like "BTC/USDT".');
}

/** @throws CliError when the times are the wrong way round */
export function searchRequest(
  program: Command,
  context: Context,
  { strategyFile, options }: { readonly strategyFile: string; readonly options: SearchOptions },
): Omit<SearchRequest, 'stopped'> {
  const config = configChoice(program, context, options);
  const { data, trials, seed, space, objective = [], constraint = [], market } = options;
  return {
    ...{ strategyFile, dataFile: data, config, trials, seed, space },
    ...{ method: methodOf(options), objectives: objective, constraints: constraint },
    ...workersOf(context, options),
    ...timesOf(options),
    ...(market !== undefined && { marketFile: market }),
    ...(options.symbol !== undefined && { symbol: options.symbol }),
    onRemark: (text) => {
      context.io.err(`${errPainter(context, options).warn('note:')} ${printable(text)}\n`);
    },
  };
}

function methodOf({ method }: SearchOptions): SearchRequest['method'] {
  const known = METHOD_NAMES.find((name) => name === method);
  if (!known) throw new CliError(EXIT.usage, `${method} is no method`);
  return known;
}

function workersOf(
  { io }: Context,
  { jobs, redis }: SearchOptions,
): Pick<SearchRequest, 'jobs' | 'redisUrl'> {
  if (redis !== undefined) return { jobs, redisUrl: redisUrlOf(redis, io) };
  if (jobs === 0) throw new CliError(EXIT.usage, '--jobs 0 leaves nobody to work, without --redis');
  return { jobs };
}

function timesOf({ from, to }: SearchOptions): Pick<SearchRequest, 'fromMs' | 'toMs'> {
  if (from !== undefined && to !== undefined && from >= to)
    throw new CliError(EXIT.usage, '--from must be before --to');
  return { ...(from !== undefined && { fromMs: from }), ...(to !== undefined && { toMs: to }) };
}
