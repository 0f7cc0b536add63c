import type { StatusDocument, StrategyStatus } from '../../../runtime/statusDocument.ts';
import type { Note } from '../../../core/domain/notes.ts';
import type { OrderRecord } from '../../../core/domain/order.ts';
import type { RecordFilter, Records } from '../../../ports/records.ts';
import type { RunPointer } from '../../daemon/runPointer.ts';
import { asSummary, strategyOf, symbolOf } from '../books.ts';
import { onRun, type AddCommand } from '../command.ts';
import { printJson, type Context, type GlobalOptions } from '../context.ts';
import { type CliError, EXIT, type ExitCode } from '../exitCodes.ts';
import { whole } from '../parse.ts';
import { unknownName } from '../names.ts';
import { lookOf, printLines } from '../print.ts';
import { changeRow, fillRow, noteRow, orderRow } from '../render/recordRows.ts';
import {
  orderStory,
  strategyStory,
  type OrderStory,
  type StrategyStory,
} from '../render/whyText.ts';
import { ask, findTarget } from '../target.ts';

interface WhyOptions extends GlobalOptions {
  readonly limit: number;
  readonly json?: boolean;
}

const NOTES_DEFAULT = 10;
const NOTES_MAX = 1_000;
/** An order is looked for among the newest of this many. */
const ORDERS_SEARCHED = 20_000;
/** Fills of one order: partial fills are many at most. */
const FILLS_OF_ORDER_MAX = 1_000;

export const addWhy: AddCommand = (program, context) => {
  const command = program
    .command('why')
    .argument('<what>', 'a strategy, a symbol, or an order by any of its ids')
    .description('why something was done, or was not')
    .option('-n, --limit <count>', 'that many notes', whole(1, NOTES_MAX), NOTES_DEFAULT)
    .option('--json', 'JSON on stdout');
  onRun<WhyOptions>(command, context, ({ args, options }) => why(context, options, args[0] ?? ''));
};

async function why(context: Context, options: WhyOptions, what: string): Promise<ExitCode> {
  const target = findTarget(context, options);
  const status = await liveStatus(target);
  const records = context.app.records(asSummary(target));
  try {
    const order = findOrder(records, what);
    if (order) explainOrder(context, options, storyOfOrder(context, records, order));
    else
      explainStrategy(
        context,
        options,
        storyOfStrategy(context, { records, target, status }, { what, limit: options.limit }),
      );
    return EXIT.ok;
  } finally {
    records.close();
  }
}

/** What the daemon has decided last is in its memory only; without one the books tell what they can. */
async function liveStatus(target: RunPointer): Promise<StatusDocument | undefined> {
  try {
    return (await ask(target, { method: 'status' })) as StatusDocument;
  } catch {
    return undefined;
  }
}

function findOrder(records: Records, id: string): OrderRecord | undefined {
  // Strategy ids and symbols never look like this: saves reading the books for them.
  if (id.includes('/')) return undefined;
  return records
    .orders({ limit: ORDERS_SEARCHED, openOnly: false })
    .find(({ intent, exchangeOrderId }) =>
      [intent.intentId, intent.clientOrderId, exchangeOrderId].some((known) => known === id),
    );
}

function storyOfOrder({ app }: Context, records: Records, order: OrderRecord): OrderStory {
  const { intentId, reason, inputs } = order.intent;
  return {
    order,
    reason: app.explain({ code: reason, inputs }),
    changes: [...records.changes(intentId)].reverse(),
    fills: [...records.fills({ intentId, limit: FILLS_OF_ORDER_MAX })].reverse(),
    notes: [...records.notes({ intentId, limit: NOTES_MAX })]
      .reverse()
      .map((note) => ({ note, text: app.explain(note) })),
  };
}

interface Sources {
  readonly records: Records;
  readonly target: RunPointer;
  readonly status: StatusDocument | undefined;
}

function storyOfStrategy(
  { app }: Context,
  { records, target, status }: Sources,
  { what, limit }: { readonly what: string; readonly limit: number },
): StrategyStory {
  const symbol = symbolOf(what);
  const matches = ({ id, symbol: own }: Pick<StrategyStatus, 'id' | 'symbol'>): boolean =>
    id === what || own === symbol;
  const known = [
    ...target.strategies,
    ...(status?.strategies ?? []),
    ...records.positions().map(asStrategy),
  ].filter(matches);
  const [first] = known;
  if (!first) throw unknown(what, target);
  const filter: RecordFilter =
    first.id === what ? { strategyId: strategyOf(what), limit } : { symbol, limit };
  return {
    title: first.id === what ? `${first.id} on ${first.symbol}` : first.symbol,
    decisions: (status?.strategies ?? []).filter(matches),
    running: status !== undefined,
    notes: records.notes(filter).map((note: Note) => ({ note, text: app.explain(note) })),
  };
}

function asStrategy({
  strategyId,
  symbol,
}: {
  readonly strategyId: string;
  readonly symbol: string;
}) {
  return { id: strategyId, symbol };
}

function unknown(what: string, { strategies }: RunPointer): CliError {
  return unknownName(
    'strategy, symbol or order',
    what,
    strategies.flatMap(({ id, symbol }) => [id, symbol]),
  );
}

function explainOrder(context: Context, options: WhyOptions, story: OrderStory): void {
  const { order, reason, changes, fills, notes } = story;
  if (options.json !== true) {
    printLines(context, orderStory(story, lookOf(context, options)));
    return;
  }
  printJson(context.io, {
    order: orderRow(order),
    reason,
    changes: changes.map(changeRow),
    fills: fills.map(fillRow),
    notes: notes.map(({ note, text }) => noteRow(note, text)),
  });
}

function explainStrategy(context: Context, options: WhyOptions, story: StrategyStory): void {
  if (options.json !== true) {
    printLines(context, strategyStory(story, lookOf(context, options)));
    return;
  }
  const decisions = story.decisions.map(({ id, symbol, state, last_decision: decision }) => ({
    strategy: id,
    symbol,
    state,
    ...decision,
  }));
  const notes = story.notes.map(({ note, text }) => noteRow(note, text));
  printJson(context.io, { about: story.title, running: story.running, decisions, notes });
}
