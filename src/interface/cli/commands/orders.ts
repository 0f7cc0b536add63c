import { toText } from '../../../core/domain/decimal.ts';
import type { OrderRecord } from '../../../core/domain/order.ts';
import {
  LIMIT_DEFAULT,
  LIMIT_MAX,
  recordFilter,
  withRecords,
  type FilterOptions,
} from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context } from '../context.ts';
import { EXIT } from '../exitCodes.ts';
import { checkNames } from '../names.ts';
import { whole } from '../parse.ts';
import { printTable } from '../print.ts';
import { orderRow } from '../render/recordRows.ts';
import { utc } from '../render/values.ts';

const COLUMNS = [
  { title: 'CREATED' },
  { title: 'ORDER' },
  { title: 'STRATEGY' },
  { title: 'SYMBOL' },
  { title: 'SIDE' },
  { title: 'TYPE' },
  { title: 'PRICE', align: 'right' },
  { title: 'TRIGGER', align: 'right' },
  { title: 'AMOUNT', align: 'right' },
  { title: 'FILLED', align: 'right' },
  { title: 'STATE' },
  { title: 'WHY', flexible: true },
] as const;

export const addOrders: AddCommand = (program, context) => {
  const command = program
    .command('orders')
    .description('open orders, newest first')
    .option('-a, --all', 'closed ones too')
    .option('--strategy <id>', 'only of this strategy')
    .option('--symbol <symbol>', 'only of this market, e.g. BTC/USDT')
    .option('-n, --limit <count>', 'at most that many', whole(1, LIMIT_MAX), LIMIT_DEFAULT)
    .option('--json', 'JSON on stdout');
  onRun<FilterOptions & { readonly all?: boolean }>(command, context, ({ options }) => {
    const openOnly = options.all !== true;
    const orders = withRecords(context, options, (records, target) => {
      checkNames(records, target, options);
      return records.orders({ ...recordFilter(options), openOnly });
    });
    if (options.json === true) printJson(context.io, { orders: orders.map(orderRow) });
    else {
      const empty = openOnly ? 'no open orders; --all shows closed ones' : 'no orders';
      printTable(context, options, {
        columns: COLUMNS,
        rows: orders.map((order) => cells(context, order)),
        empty,
      });
    }
    return EXIT.ok;
  });
};

function cells({ app }: Context, { intent, filled, state }: OrderRecord): readonly string[] {
  return [
    utc(intent.createdAt),
    intent.intentId,
    intent.strategyId,
    intent.symbol,
    intent.side,
    intent.type,
    intent.price ? toText(intent.price) : 'market',
    intent.trigger ? toText(intent.trigger) : '-',
    toText(intent.amount),
    toText(filled),
    state,
    app.explain({ code: intent.reason, inputs: intent.inputs }),
  ];
}
