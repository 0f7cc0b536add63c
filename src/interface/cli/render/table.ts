/** Aligned columns that fit the terminal. */
import { clipped, printable, widthOf } from './text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Gives way when the table is too wide, down to `MIN_WIDTH`; at most one column of a table. */
  readonly flexible?: boolean;
  /** Left out when the flexible column would get less than it needs; the one with the highest number first. Absent: never. */
  readonly drop?: number;
}

/** A cell: text, or text with a colour that is put on after clipping. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Width to fit in; absent: as wide as it needs. */
  readonly width?: number;
  /** Paints the titles. */
  readonly paintTitle?: (text: string) => string;
  /** Least width of the flexible column, as far as its texts need it. */
  readonly flexibleMin?: number;
}

const GAP = '  ';
const FLEXIBLE_WIDTH_MIN = 12;

/** Lines without line feeds, titles first. */
export function table(options: TableOptions): string[] {
  const { width, paintTitle = (text: string) => text, flexibleMin = FLEXIBLE_WIDTH_MIN } = options;
  const cells = options.rows.map((row) =>
    options.columns.map((_column, at) => plain(row[at] ?? '')),
  );
  const all = naturalWidths(options.columns, cells);
  const kept = keptColumns(options.columns, all, { width, flexibleMin });
  const only = <Item>(list: readonly Item[]): Item[] => list.filter((_item, at) => kept.has(at));
  const columns = only(options.columns);
  const widths = fit(columns, only(all), { width, flexibleMin });
  const titles = columns.map(({ title }) => ({ text: title, paint: paintTitle }));
  return [line(columns, widths, titles), ...cells.map((row) => line(columns, widths, only(row)))];
}

/** Width that a table of these columns needs, its flexible one not cut. */
export function tableWidth({ columns, rows }: Pick<TableOptions, 'columns' | 'rows'>): number {
  const cells = rows.map((row) => columns.map((_column, at) => plain(row[at] ?? '')));
  return totalOf(naturalWidths(columns, cells));
}

interface Room {
  readonly width: number | undefined;
  readonly flexibleMin: number;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** Indexes of the columns that are shown. */
function keptColumns(
  columns: readonly Column[],
  natural: readonly number[],
  { width = Number.POSITIVE_INFINITY, flexibleMin }: Room,
): Set<number> {
  const kept = new Set(columns.keys());
  const needed = (): number =>
    totalOf(
      [...kept].map((at) => {
        const own = natural[at] ?? 0;
        return columns[at]?.flexible === true ? Math.min(own, flexibleMin) : own;
      }),
    );
  const droppable = [...columns.keys()]
    .filter((at) => columns[at]?.drop !== undefined)
    .sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0));
  for (const at of droppable) {
    if (needed() <= width) break;
    kept.delete(at);
  }
  return kept;
}

interface PlainCell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

function plain(cell: Cell): PlainCell {
  if (typeof cell === 'string') return { text: printable(cell), paint: (text) => text };
  return { text: printable(cell.text), paint: cell.paint };
}

function naturalWidths(
  columns: readonly Column[],
  rows: readonly (readonly PlainCell[])[],
): number[] {
  return columns.map((column, index) =>
    rows.reduce(
      (widest, row) => Math.max(widest, widthOf(row[index]?.text ?? '')),
      widthOf(column.title),
    ),
  );
}

function fit(
  columns: readonly Column[],
  natural: readonly number[],
  { width, flexibleMin }: Room,
): number[] {
  const excess = width === undefined ? 0 : totalOf(natural) - width;
  return natural.map((each, index) => {
    if (excess <= 0 || columns[index]?.flexible !== true) return each;
    return Math.max(Math.min(each, flexibleMin), each - excess);
  });
}

function line(
  columns: readonly Column[],
  widths: readonly number[],
  cells: readonly PlainCell[],
): string {
  const shown = cells.map(({ text, paint }, index) => {
    const width = widths[index] ?? 0;
    const fitted = clipped(text, width);
    const blank = ' '.repeat(width - widthOf(fitted));
    return columns[index]?.align === 'right'
      ? `${blank}${paint(fitted)}`
      : `${paint(fitted)}${blank}`;
  });
  return shown.join(GAP).trimEnd();
}
