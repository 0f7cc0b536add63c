import type { SignalReading } from '../../../core/domain/signal.ts';
import { formatUtc } from '../../../core/domain/time.ts';
import { symbolOf } from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { EXIT, type ExitCode } from '../exitCodes.ts';
import { unknownName } from '../names.ts';
import { printTable } from '../print.ts';
import type { Cell } from '../render/table.ts';
import { utc } from '../render/values.ts';
import { outPainter } from '../context.ts';
import { ask, findTarget } from '../target.ts';

interface Series {
  readonly symbol: string;
  readonly timeframe: string;
  readonly reading: SignalReading;
}

/** Contributions shown to people; JSON has all of them. */
const REASONS_SHOWN = 4;

const COLUMNS = [
  { title: 'SYMBOL' },
  { title: 'TIMEFRAME' },
  { title: 'BAR' },
  { title: 'SCORE', align: 'right' },
  { title: 'WARM', align: 'right' },
  { title: 'TOP REASONS', flexible: true },
] as const;

export const addSignals: AddCommand = (program, context) => {
  const command = program
    .command('signals')
    .argument('[symbol]', 'only this market, e.g. BTC/USDT')
    .description('score of each series, from -1 (bearish) to +1 (bullish), and what it rests on')
    .option('--json', 'JSON on stdout');
  onRun<{ readonly json?: boolean }>(command, context, ({ args, options }) =>
    signals(context, options, args[0]),
  );
};

async function signals(
  context: Context,
  options: GlobalOptions & { readonly json?: boolean },
  symbol: string | undefined,
): Promise<ExitCode> {
  const params = symbol === undefined ? {} : { symbol: symbolOf(symbol) };
  const target = findTarget(context, options);
  // The daemon's own type: both ends are one program.
  const all = (await ask(target, { method: 'signals', params })) as readonly Series[];
  if (symbol !== undefined && all.length === 0) {
    const traded = target.strategies.map((strategy) => strategy.symbol);
    throw unknownName('series of', symbolOf(symbol), traded);
  }
  if (options.json === true) printJson(context.io, { signals: all.map(row) });
  else {
    const rows = all.map((series) => cells(context, options, series));
    printTable(context, options, {
      columns: COLUMNS,
      rows,
      empty: 'no signals: no strategy asks for them',
    });
  }
  return EXIT.ok;
}

function row({ symbol, timeframe, reading }: Series) {
  const { at, score, coverage, contributions } = reading;
  return { symbol, timeframe, at: at > 0 ? formatUtc(at) : null, score, coverage, contributions };
}

function cells(
  context: Context,
  options: GlobalOptions,
  { symbol, timeframe, reading }: Series,
): readonly Cell[] {
  const paint = outPainter(context, options);
  const { at, score, coverage, contributions } = reading;
  const reasons = contributions
    .slice(0, REASONS_SHOWN)
    .map(({ id, contribution }) => `${id} ${signed(contribution, 3)}`);
  return [
    symbol,
    timeframe,
    at > 0 ? utc(at) : '-',
    { text: signed(score, 2), paint: score < 0 ? paint.bad : paint.good },
    `${Math.round(coverage * 100)}%`,
    reasons.length === 0 ? '-' : reasons.join(', '),
  ];
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
}
