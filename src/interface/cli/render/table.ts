/** Aligned columns that fit the terminal. */
import { clipped, printable, widthOf } from './text.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Gives way when the table is too wide, down to `MIN_WIDTH`; at most one column of a table. */
  readonly flexible?: boolean;
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
}

const GAP = '  ';
const FLEXIBLE_WIDTH_MIN = 12;

/** Lines without line feeds, titles first. */
export function table({
  columns,
  rows,
  width,
  paintTitle = (text) => text,
}: TableOptions): string[] {
  const cells = rows.map((row) => columns.map((_column, index) => plain(row[index] ?? '')));
  const widths = fit(columns, naturalWidths(columns, cells), width);
  const title = line(
    columns,
    widths,
    columns.map((column) => ({ text: column.title, paint: paintTitle })),
  );
  return [title, ...cells.map((row) => line(columns, widths, row))];
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
  width: number | undefined,
): number[] {
  const total = natural.reduce((sum, each) => sum + each, 0) + GAP.length * (columns.length - 1);
  const excess = width === undefined ? 0 : total - width;
  return natural.map((each, index) => {
    if (excess <= 0 || columns[index]?.flexible !== true) return each;
    return Math.max(Math.min(each, FLEXIBLE_WIDTH_MIN), each - excess);
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
