/** The frame of a drawing: where times and values lie, and the lines that say so. Pure text, SVG. */
import { formatUtc } from '../../core/domain/time.ts';
import { escaped } from './markup.ts';

const WIDTH = 1_000;
const LEFT = 64;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const ROWS = 5;
const COLUMNS = 6;
const DAY_MS = 86_400_000;

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Frame {
  readonly height: number;
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
  /** Grid and labels. */
  readonly grid: string;
}

/** @param label of a value */
export function frameOf(
  times: Range,
  values: Range,
  { height, label }: { readonly height: number; readonly label: (value: number) => string },
): Frame {
  const [low, high] = padded(values);
  const inner = { width: WIDTH - LEFT - RIGHT, height: height - TOP - BOTTOM };
  const span = Math.max(1, times.to - times.from);
  const x = (time: number): number => LEFT + ((time - times.from) / span) * inner.width;
  const y = (value: number): number => TOP + (1 - (value - low) / (high - low)) * inner.height;
  const rows = Array.from({ length: ROWS }, (_each, row) => {
    const value = low + ((high - low) * row) / (ROWS - 1);
    const at = y(value).toFixed(1);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 6}" y="${at}" class="label end">${escaped(label(value))}</text>`;
  });
  const columns = Array.from({ length: COLUMNS }, (_each, column) => {
    const time = times.from + (span * column) / (COLUMNS - 1);
    const anchor = column === 0 ? 'start' : column === COLUMNS - 1 ? 'end' : 'middle';
    return `<text x="${x(time).toFixed(1)}" y="${height - 6}" class="label ${anchor}">${timeLabel(time, span)}</text>`;
  });
  return { height, x, y, grid: [...rows, ...columns].join('') };
}

function timeLabel(time: number, span: number): string {
  const text = formatUtc(time);
  return span < COLUMNS * DAY_MS ? text.slice(5, 16).replace('T', ' ') : text.slice(0, 10);
}

function padded({ from, to }: Range): readonly [number, number] {
  const margin = from === to ? Math.abs(from) * 0.01 + 1e-9 : (to - from) * 0.04;
  return [from - margin, to + margin];
}

/** The least and the greatest; 0 to 1 without any. */
export function rangeOf(values: readonly number[]): Range {
  const range = { from: Infinity, to: -Infinity };
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    range.from = Math.min(range.from, value);
    range.to = Math.max(range.to, value);
  }
  return range.from > range.to ? { from: 0, to: 1 } : range;
}

/** Points as an SVG path. */
export function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points
    .map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
}

export function svg({ height }: Pick<Frame, 'height'>, title: string, content: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${content}</svg>`;
}
