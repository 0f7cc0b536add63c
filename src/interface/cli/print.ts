/** Tables and lines on stdout in the width and the colours of whoever reads. */
import { outPainter, type Context, type GlobalOptions } from './context.ts';
import type { Look } from './render/look.ts';
import { table, type Cell, type Column } from './render/table.ts';

/** Without a terminal nothing is cut: a program may read it. */
export function lookOf(context: Context, options: GlobalOptions): Look {
  const width = context.io.outIsTerminal ? context.io.size().columns : Number.POSITIVE_INFINITY;
  return { paint: outPainter(context, options), width };
}

export function printLines({ io }: Context, lines: readonly string[]): void {
  for (const line of lines) io.out(`${line}\n`);
}

/** A table, or these words on stderr when there is nothing to show. */
export function printTable(
  context: Context,
  options: GlobalOptions,
  {
    columns,
    rows,
    empty,
  }: {
    readonly columns: readonly Column[];
    readonly rows: readonly (readonly Cell[])[];
    readonly empty: string;
  },
): void {
  if (rows.length === 0) {
    context.io.err(`${empty}\n`);
    return;
  }
  const { paint, width } = lookOf(context, options);
  printLines(context, table({ columns, rows, width, paintTitle: paint.dim }));
}
