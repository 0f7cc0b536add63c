import { toText } from '../../../core/domain/decimal.ts';
import {
  workingAmount,
  workingCost,
  type LedgerBalance,
  type Position,
} from '../../../core/domain/position.ts';
import { withRecords } from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { printTable } from '../print.ts';
import { positionRow } from '../render/recordRows.ts';
import {
  assetsOf,
  averageText,
  columnAmounts,
  columnMoney,
  money,
  signedColumnMoney,
  utc,
} from '../render/values.ts';

const COLUMNS = [
  { title: 'STRATEGY' },
  { title: 'SYMBOL' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'AVERAGE', align: 'right' },
  { title: 'COST', align: 'right' },
  { title: 'REALISED', align: 'right' },
  { title: 'FEES', align: 'right' },
  { title: 'DUST', align: 'right' },
  { title: 'FILLS', align: 'right' },
  { title: 'SINCE' },
] as const;
/** Only where something was booked without a fill. */
const BOOKED = { title: 'BOOKED', align: 'right' } as const;

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
        columns: positions.some(({ booked }) => booked) ? [...COLUMNS, BOOKED] : COLUMNS,
        rows: rowsOf(positions),
        empty: 'no positions yet',
      });
    return EXIT.ok;
  });
};

function balanceRow({ asset, opening, total }: LedgerBalance) {
  return { asset, opening: toText(opening), total: toText(total) };
}

function rowsOf(positions: readonly Position[]): (readonly string[])[] {
  const amounts = columnAmounts(
    positions.map((position) => ({
      asset: assetsOf(position.symbol)[0],
      text: toText(workingAmount(position)),
    })),
  );
  return positions.map((position, index) => cells(position, amounts[index] ?? '-'));
}

function cells(position: Position, held: string): readonly string[] {
  const [amount, cost] = [workingAmount(position), workingCost(position)];
  const [, quote] = assetsOf(position.symbol);
  return [
    position.strategyId,
    position.symbol,
    held,
    amount.isZero() ? '-' : money(averageText(cost, amount)),
    columnMoney(toText(cost), quote),
    signedColumnMoney(toText(position.realisedPnl), quote),
    columnMoney(toText(position.feesQuote), quote),
    position.dust ? toText(position.dust.amount) : '-',
    String(position.fills),
    utc(position.openedAt),
    position.booked ? toText(position.booked.amount) : '-',
  ];
}
