import { toText } from '../../../core/domain/decimal.ts';
import type { LedgerBalance, Position } from '../../../core/domain/position.ts';
import { withRecords } from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { printTable } from '../print.ts';
import { positionRow } from '../render/recordRows.ts';
import { averageText, money, signedMoney, utc } from '../render/values.ts';

const COLUMNS = [
  { title: 'STRATEGY' },
  { title: 'SYMBOL' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'AVERAGE', align: 'right' },
  { title: 'COST', align: 'right' },
  { title: 'REALISED', align: 'right' },
  { title: 'FEES', align: 'right' },
  { title: 'FILLS', align: 'right' },
  { title: 'SINCE' },
] as const;

export const addPositions: AddCommand = (program, context) => {
  const command = program
    .command('positions')
    .description('what each strategy holds and has realised, by the books')
    .option('--json', 'JSON on stdout');
  onRun<{ readonly json?: boolean }>(command, context, ({ options }) => {
    const { positions, balances } = withRecords(context, options, (records) => ({
      positions: records.positions(),
      balances: records.balances(),
    }));
    if (options.json === true) {
      printJson(context.io, {
        positions: positions.map(positionRow),
        balances: balances.map(balanceRow),
      });
    } else
      printTable(context, options, {
        columns: COLUMNS,
        rows: positions.map(cells),
        empty: 'no positions yet',
      });
    return EXIT.ok;
  });
};

function balanceRow({ asset, opening, total }: LedgerBalance) {
  return { asset, opening: toText(opening), total: toText(total) };
}

function cells(position: Position): readonly string[] {
  const { amount, cost } = position;
  return [
    position.strategyId,
    position.symbol,
    toText(amount),
    amount.isZero() ? '-' : money(averageText(cost, amount)),
    money(toText(cost)),
    signedMoney(toText(position.realisedPnl)),
    money(toText(position.feesQuote)),
    String(position.fills),
    utc(position.openedAt),
  ];
}
