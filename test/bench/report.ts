/** What a benchmark prints: tables of figures, each with its unit, how it was measured and what was aimed for. */
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

const LOAD_DECIMALS = 1;
const GIB = 1024 ** 3;
const GAP = '  ';

/** What a figure should reach. */
export interface Aim {
  /** `≥ 5 M/s` */
  readonly text: string;
  readonly isMet: boolean;
}

export interface Figure {
  readonly name: string;
  /** Rounded for reading; a text where there is no number, such as `skipped`. */
  readonly value: string;
  readonly unit: string;
  /** How it was measured, in a few words. */
  readonly how: string;
  readonly aim?: Aim;
}

export interface Table {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** What must be known to read the figures. */
  readonly remarks: readonly string[];
}

const HEADER = ['figure', 'value', 'unit', 'aim', 'how it was measured'] as const;
const RIGHT_ALIGNED = 1;

/** The machine and what else it is doing: figures of different machines and hours do not compare. */
export function machineLine(): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(LOAD_DECIMALS));
  return [
    `${cpu?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`,
    `${(totalmem() / GIB).toFixed(0)} GiB`,
    `${process.platform} ${release()}`,
    `Node ${process.version}`,
    `load ${load.join(' ')}`,
    new Date().toISOString(),
  ].join(' · ');
}

/** Lines of a table, with the machine under its title. */
export function tableLines({ title, figures, remarks }: Table): readonly string[] {
  const rows = [HEADER, ...figures.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))));
  const lines = rows.map((cells) => GAP + lineOf(cells, widths).trimEnd());
  const rule = GAP + widths.map((width) => '─'.repeat(width)).join(GAP);
  const [header = '', ...body] = lines;
  const notes = remarks.map((remark) => `${GAP}· ${remark}`);
  return [title, GAP + machineLine(), '', header, rule, ...body, '', ...notes, ''];
}

function cellsOf({ name, value, unit, aim, how }: Figure): readonly string[] {
  const verdict = aim ? `${aim.text} ${aim.isMet ? 'met' : 'NOT MET'}` : '';
  return [name, value, unit, verdict, how];
}

/** Every character in use is one column wide and one code unit long. */
const widthOf = (cell = ''): number => cell.length;

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => {
      const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
      return column === RIGHT_ALIGNED ? padding + cell : cell + padding;
    })
    .join(GAP);
}

/** Thousands apart, so that digits need not be counted. */
export function grouped(value: number, decimals = 0): string {
  const [whole = '', part] = value.toFixed(decimals).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/gu, ' ');
  return part === undefined ? spaced : `${spaced}.${part}`;
}
