/** A report as files: a page, and lists for spreadsheets. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BacktestReport } from '../../research/reportSchema.ts';
import { messageOf } from '../errors.ts';
import { reportCsv } from '../report/csv.ts';
import { reportPage } from '../report/page.ts';
import type { Context } from './context.ts';
import { CliError, EXIT } from './exitCodes.ts';
import { reportRemarks } from './render/backtestText.ts';

/** Where to; undefined: not wanted. */
export interface ReportFiles {
  /** File. */
  readonly html: string | undefined;
  /** Folder; made when it is not there. */
  readonly csv: string | undefined;
}

/** Writes what is wanted, in place of what stands there, and says so on stderr. */
export function writeReport(
  { io }: Pick<Context, 'io'>,
  report: BacktestReport,
  { html, csv }: ReportFiles,
): void {
  const files = new Map<string, string>();
  if (html !== undefined) files.set(html, reportPage(report, reportRemarks(report)));
  if (csv !== undefined)
    for (const [name, text] of reportCsv(report)) files.set(join(csv, name), text);
  for (const [file, text] of files) {
    write(file, text);
    io.err(`wrote ${file}\n`);
  }
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(EXIT.failed, `${file} cannot be written: ${messageOf(error)}`);
  }
}
