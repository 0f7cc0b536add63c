/** The strategies as a table: all of them, or in less room the most important ones. */
import { add, dec, sumOf, toText, type Decimal } from '../../../core/domain/decimal.ts';
import type { StrategyStatus } from '../../../runtime/statusDocument.ts';
import { profitColour, type Painter } from './colour.ts';
import type { Block } from './layout.ts';
import type { Look } from './look.ts';
import { table, tableWidth, type Cell, type Column } from './table.ts';
import { printable, wrapped } from './text.ts';
import { assetsOf, columnAmounts, signedColumnMoney } from './values.ts';

/** On a screen that has not room for every column: enough of the last decision to know what it is about. */
const DECISION_MIN = 36;
/** Titles, three strategies, how many more there are, the total, and the blank line above. */
const LINES_MIN = 7;
const INDENT = '  ';

/** With a blank line above. In all the room it wants each decision is whole, below its strategy where it does not fit beside. */
export function strategyBlock(
  strategies: readonly StrategyStatus[],
  look: Look,
  rank: number,
): Block {
  return {
    lines: (height) => {
      const whole = ['', ...wholeTable(strategies, look)];
      return whole.length <= height ? whole : ['', ...shortTable(strategies, look, height - 1)];
    },
    least: LINES_MIN,
    rank,
  };
}

function wholeTable(strategies: readonly StrategyStatus[], look: Look): string[] {
  const { paint, width } = look;
  const rows = withTotal(rowsOf(strategies, paint), strategies, paint);
  if (tableWidth({ columns: COLUMNS, rows }) <= width)
    return table({ columns: COLUMNS, rows, width, paintTitle: paint.dim });
  const columns = COLUMNS.slice(0, -1);
  const [titles = '', ...lines] = table({ columns, rows, width, paintTitle: paint.dim });
  const decisions = strategies.map((strategy) =>
    wrapped(printable(decisionText(strategy)), width - INDENT.length),
  );
  return [
    titles,
    ...lines.flatMap((line, index) => [
      line,
      ...(decisions[index] ?? []).map((text) => INDENT + text),
    ]),
  ];
}

/** One line each, those first that most likely want a look. */
function shortTable(
  strategies: readonly StrategyStatus[],
  { paint, width }: Look,
  height: number,
): string[] {
  const isTotalled = strategies.length > 1;
  const room = height - 1 - (isTotalled ? 1 : 0);
  const isCut = strategies.length > room;
  const shown = isCut ? byNeed(strategies).slice(0, Math.max(0, room - 1)) : strategies;
  const own = rowsOf(shown, paint);
  const rows = isTotalled ? withTotal(own, strategies, paint) : own;
  const options = { columns: COLUMNS, rows, width, paintTitle: paint.dim };
  const lines = table({ ...options, flexibleMin: DECISION_MIN });
  if (!isCut) return lines;
  const more = paint.dim(`… ${strategies.length - shown.length} more`);
  const above = isTotalled ? lines.slice(0, -1) : lines;
  return [...above, more, ...lines.slice(above.length)].slice(0, height);
}

const NEEDS_A_LOOK: ReadonlySet<string> = new Set(['failed', 'cannot-trade', 'stopping']);

function byNeed(strategies: readonly StrategyStatus[]): StrategyStatus[] {
  const need = ({ state, position, open_orders: orders }: StrategyStatus): number => {
    if (NEEDS_A_LOOK.has(state)) return 0;
    if (position.amount !== '0') return 1;
    return orders > 0 ? 2 : 3;
  };
  return [...strategies].sort((a, b) => need(a) - need(b));
}

const COLUMNS: readonly Column[] = [
  { title: 'STRATEGY' },
  { title: 'SYMBOL', drop: 2 },
  { title: 'STATE' },
  { title: 'POSITION', align: 'right', drop: 1 },
  { title: 'STOP', drop: 5 },
  { title: 'RESULT', align: 'right' },
  { title: 'FILLS', align: 'right', drop: 3 },
  { title: 'ORDERS', align: 'right', drop: 4 },
  { title: 'LAST DECISION', flexible: true },
];

function rowsOf(strategies: readonly StrategyStatus[], paint: Painter): (readonly Cell[])[] {
  const positions = columnAmounts(
    strategies.map(({ symbol, position }) => ({
      asset: assetsOf(symbol)[0],
      text: position.amount,
    })),
  );
  return strategies.map((strategy, index) => strategyRow(strategy, positions[index] ?? '-', paint));
}

function withTotal(
  rows: readonly (readonly Cell[])[],
  strategies: readonly StrategyStatus[],
  paint: Painter,
): readonly (readonly Cell[])[] {
  return strategies.length > 1 ? [...rows, totalRow(strategies, paint)] : rows;
}

function strategyRow(strategy: StrategyStatus, position: string, paint: Painter): readonly Cell[] {
  const { id, symbol, state } = strategy;
  return [
    id,
    symbol,
    { text: state, paint: state === 'active' ? paint.good : paint.warn },
    position,
    strategy.protection?.where ?? '-',
    resultCell(resultOf(strategy), symbol, paint),
    String(strategy.fills),
    String(strategy.open_orders),
    decisionText(strategy),
  ];
}

function decisionText({
  last_decision: { at, text },
  exit_in_parts: parts,
}: StrategyStatus): string {
  const whole = parts ? `${text}; sold in parts of ${parts.largest}, ${parts.left} left` : text;
  return at === null ? whole : `${at.slice(11, 19)} ${whole}`;
}

/** All strategies of one daemon share one quote. */
function totalRow(strategies: readonly StrategyStatus[], paint: Painter): readonly Cell[] {
  const total = sumOf(strategies.map(resultOf));
  const count = (of: (strategy: StrategyStatus) => number): string =>
    String(strategies.reduce((sum, strategy) => sum + of(strategy), 0));
  return [
    { text: 'total', paint: paint.strong },
    '',
    '',
    '',
    '',
    resultCell(total, strategies[0]?.symbol ?? '', paint),
    count(({ fills }) => fills),
    count(({ open_orders: orders }) => orders),
    '',
  ];
}

function resultOf({ realised_pnl: realised, unrealised_pnl: unrealised }: StrategyStatus): Decimal {
  return add(dec(realised), dec(unrealised ?? '0'));
}

function resultCell(result: Decimal, symbol: string, paint: Painter): Cell {
  const text = toText(result);
  return {
    text: signedColumnMoney(text, assetsOf(symbol)[1]),
    paint: profitColour(text, paint),
  };
}
