import { type Command, InvalidArgumentError } from 'commander';
import { marketSymbol } from '../../../core/domain/ids.ts';
import { isTimeframe, TIMEFRAMES, type Timeframe } from '../../../core/domain/time.ts';
import type { SeriesName, StoreResult } from '../../../ports/candleStore.ts';
import type { DataFolder } from '../../app.ts';
import { onRun, type AddCommand } from '../command.ts';
import { configChoice } from '../configChoice.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { onInterrupt } from '../interrupt.ts';
import { moment } from '../parse.ts';
import { printLines, printTable } from '../print.ts';
import { progressLine } from '../progressLine.ts';
import { gapText, numberText, storeText } from '../render/dataText.ts';
import { utc } from '../render/values.ts';

type Options = GlobalOptions & { readonly json?: boolean };
type Run<More> = (call: {
  readonly data: DataFolder;
  readonly args: readonly string[];
  readonly options: Options & More;
}) => ExitCode | Promise<ExitCode>;

const SYMBOL = /^[\p{L}\p{N}]{1,20}\/[\p{L}\p{N}]{1,20}$/u;
const EXCHANGE = /^[a-z0-9]{2,30}$/u;

export const addData: AddCommand = (program, context) => {
  const data = program.command('data').description('candles on disk, for backtests');
  const add = <More>(command: Command, run: Run<More>): void => {
    command.option('--json', 'JSON on stdout');
    onRun<Options & More>(command, context, async ({ args, options }) => {
      const folder = await context.app.data(configChoice(program, context, options));
      return run({ data: folder, args, options });
    });
  };
  addDownload(data, context, add);
  addImport(data, context, add);
  add(data.command('list').description('what is stored'), ({ data: folder, options }) =>
    list(context, folder, options),
  );
  add(
    data.command('verify').description('read every file and its checksum'),
    ({ data: folder, options }) => verify(context, folder, options),
  );
  addResample(data, context, add);
  addExport(data, context, add);
};

type Add = <More>(command: Command, run: Run<More>) => void;

interface DownloadOptions {
  readonly exchange: string;
  readonly symbols: readonly string[];
  readonly timeframes: readonly Timeframe[];
  readonly since: number;
  readonly until?: number;
  readonly endpoint?: string;
}

function addDownload(data: Command, context: Context, add: Add): void {
  const command = data
    .command('download')
    .description('fetch past candles; goes on where it stopped, Ctrl-C keeps what is there')
    .requiredOption('--exchange <name>', 'as ccxt has it, e.g. binance', exchangeName)
    .requiredOption('--symbols <markets>', 'e.g. BTC/USDT,ETH/USDT', list_(symbolText))
    .option('--timeframes <lengths>', 'e.g. 1m,1h', list_(timeframeText), ['1h'] as Timeframe[])
    .requiredOption('--since <time>', 'UTC day or moment to begin at', moment)
    .option('--until <time>', 'UTC day or moment to end before (default: now)', moment)
    .option('--endpoint <url>', 'address of a simulated exchange instead of the real one');
  add<DownloadOptions>(command, async ({ data: folder, options }) => {
    const { since, until = Date.now() } = options;
    if (since >= until) throw new CliError(EXIT.usage, '--since must be before --until');
    const progress = progressLine(context);
    const interrupt = onInterrupt(context.io);
    const done = await folder
      .download({
        exchange: options.exchange,
        series: options.symbols.flatMap((symbol) =>
          options.timeframes.map((timeframe) => ({ symbol: marketSymbol(symbol), timeframe })),
        ),
        ...{ fromMs: since, toMs: until, onProgress: progress.label, isCancelled: interrupt.seen },
        ...(options.endpoint !== undefined && {
          endpoints: { http: options.endpoint, ws: options.endpoint.replace(/^http/u, 'ws') },
        }),
      })
      .finally(() => {
        progress.clear();
        interrupt.release();
      });
    if (options.json === true) printJson(context.io, { series: done });
    else
      for (const { series, bars, gaps, ...result } of done)
        printLines(context, [
          `${series.symbol} ${series.timeframe}: ${storeText(result)}; ${numberText(bars)} bars are stored of that time${gapText(gaps)}`,
        ]);
    return interrupt.seen() ? EXIT.interrupted : EXIT.ok;
  });
}

function addImport(data: Command, context: Context, add: Add): void {
  const command = data
    .command('import')
    .argument(
      '<file...>',
      'CSV (own, Binance, CryptoDataDownload, TradingView) or JSON (freqtrade)',
    )
    .description('take candle files into the store')
    .requiredOption('--exchange <name>', 'where they were recorded', exchangeName)
    .option('--symbol <market>', 'market, when the file does not tell', symbolText)
    .option('--replace', 'bars that stand there with other numbers are replaced');
  add<{ readonly exchange: string; readonly symbol?: string; readonly replace?: boolean }>(
    command,
    ({ data: folder, args, options }) => {
      const { exchange, symbol, replace = false } = options;
      const files = args.map((file) => ({
        file,
        ...folder.importFile({ file, exchange, replace, ...(symbol !== undefined && { symbol }) }),
      }));
      if (options.json === true) printJson(context.io, { files });
      else
        for (const { file, name, conversions, gaps, ...result } of files)
          printLines(context, [
            `${file}: ${name.symbol} ${name.timeframe}: ${storeText(result)}${gapText(gaps)}`,
            ...conversions.map((text) => `  ${text}`),
          ]);
      return EXIT.ok;
    },
  );
}

function list(context: Context, folder: DataFolder, options: Options): ExitCode {
  const series = folder.list();
  if (options.json === true) printJson(context.io, { folder: folder.folder, series });
  else
    printTable(context, options, {
      columns: [
        ...[{ title: 'EXCHANGE' }, { title: 'SYMBOL' }, { title: 'BARS OF' }],
        ...[{ title: 'BARS', align: 'right' as const }, { title: 'FROM' }, { title: 'TO' }],
        { title: 'BYTES', align: 'right' },
      ],
      rows: series.map(({ exchange, symbol, timeframe, bars, first, last, bytes }) => [
        ...[exchange, symbol, timeframe, numberText(bars), utc(first), utc(last)],
        numberText(bytes),
      ]),
      empty: `no candles in ${folder.folder}; plimsoll data download or import brings some`,
    });
  return EXIT.ok;
}

function verify(context: Context, folder: DataFolder, options: Options): ExitCode {
  const findings = folder.verify();
  if (options.json === true) printJson(context.io, { findings });
  else if (findings.length === 0) printLines(context, ['every file is as it was written']);
  else
    printLines(
      context,
      findings.map(({ problem }) => problem),
    );
  return findings.length === 0 ? EXIT.ok : EXIT.failed;
}

function addResample(data: Command, context: Context, add: Add): void {
  const command = seriesArguments(data.command('resample'))
    .description('make longer bars of stored ones')
    .requiredOption('--to <length>', 'bar length wanted', timeframeText);
  add<{ readonly to: Timeframe }>(command, ({ data: folder, args, options }) => {
    const name = seriesName(args);
    const result: StoreResult = folder.resample(name, options.to);
    if (options.json === true) printJson(context.io, { ...result });
    else printLines(context, [`${name.symbol} ${options.to}: ${storeText(result)}`]);
    return EXIT.ok;
  });
}

function addExport(data: Command, context: Context, add: Add): void {
  const command = seriesArguments(data.command('export'))
    .description('write stored candles as CSV')
    .requiredOption('--out <file>', 'gzipped when it ends in .gz')
    .option('--from <time>', 'UTC day or moment to begin at', moment)
    .option('--to <time>', 'UTC day or moment to end before', moment);
  add<{ readonly out: string; readonly from?: number; readonly to?: number }>(
    command,
    ({ data: folder, args, options }) => {
      const { out, from, to } = options;
      const span = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const { bars } = folder.exportCsv(seriesName(args), span, out);
      if (options.json === true) printJson(context.io, { file: out, bars });
      else printLines(context, [`${numberText(bars)} bars in ${out}`]);
      return EXIT.ok;
    },
  );
}

function seriesArguments(command: Command): Command {
  return command
    .argument('<exchange>', 'as in data list', exchangeName)
    .argument('<symbol>', 'e.g. BTC/USDT', symbolText)
    .argument('<timeframe>', 'e.g. 1m', timeframeText);
}

function seriesName([exchange = '', symbol = '', timeframe = '']: readonly string[]): SeriesName {
  return { exchange, symbol: marketSymbol(symbol), timeframe: timeframeText(timeframe) };
}

function list_<Value>(read: (text: string) => Value): (text: string) => Value[] {
  return (text) => text.split(',').map((part) => read(part.trim()));
}

function symbolText(text: string): string {
  if (SYMBOL.test(text)) return text;
  throw new InvalidArgumentError('Write a market like "BTC/USDT".');
}

function timeframeText(text: string): Timeframe {
  if (isTimeframe(text)) return text;
  throw new InvalidArgumentError(`Write one of ${Object.keys(TIMEFRAMES).join(', ')}.`);
}

function exchangeName(text: string): string {
  if (EXCHANGE.test(text)) return text;
  throw new InvalidArgumentError('Write the name of an exchange in small letters, e.g. "binance".');
}
