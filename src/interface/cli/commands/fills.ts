import { toText } from '../../../core/domain/decimal.ts';
import type { AttributedFill } from '../../../core/domain/position.ts';
import {
  LIMIT_DEFAULT,
  LIMIT_MAX,
  recordFilter,
  withRecords,
  type FilterOptions,
} from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { checkNames } from '../names.ts';
import { whole } from '../parse.ts';
import { printTable } from '../print.ts';
import { feeText } from '../render/fillText.ts';
import { fillRow } from '../render/recordRows.ts';
import { utc } from '../render/values.ts';

const COLUMNS = [
  { title: 'AT' },
  { title: 'STRATEGY' },
  { title: 'SYMBOL' },
  { title: 'SIDE' },
  { title: 'PRICE', align: 'right' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'FEE', align: 'right' },
  { title: 'AS' },
  { title: 'ORDER' },
] as const;

export const addFills: AddCommand = (program, context) => {
  const command = program
    .command('fills')
    .description('executions, newest first')
    .option('--strategy <id>', 'only of this strategy')
    .option('--symbol <symbol>', 'only of this market, e.g. BTC/USDT')
    .option('-n, --limit <count>', 'at most that many', whole(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option('--json', 'JSON on stdout');
  onRun<FilterOptions>(command, context, ({ options }) => {
    const fills = withRecords(context, options, (records, target) => {
      checkNames(records, target, options);
      return records.fills(recordFilter(options));
    });
    if (options.json === true) printJson(context.io, { fills: fills.map(fillRow) });
    else
      printTable(context, options, {
        columns: COLUMNS,
        rows: fills.map(cells),
        empty: 'no fills yet',
      });
    return EXIT.ok;
  });
};

function cells({ fill, strategyId, intentId }: AttributedFill): readonly string[] {
  return [
    utc(fill.at),
    strategyId,
    fill.symbol,
    fill.side,
    toText(fill.price),
    toText(fill.amount),
    feeText(fill),
    fill.liquidity,
    intentId,
  ];
}
