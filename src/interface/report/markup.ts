/** Text that is put into HTML, and figures as people read them. */
import type { MetricUnit } from '../../core/reporting/metricCatalogue.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? character);
}

const DAY_S = 86_400;
const HOUR_S = 3_600;
const MINUTE_S = 60;
const DECIMALS = 2;

/** `-` for what cannot be said. */
export function figureText(value: number | string | null, unit: MetricUnit): string {
  if (value === null || value === '') return '–';
  const number = Number(value);
  if (unit === 'percent') return `${grouped(number * 100)} %`;
  if (unit === 'count') return number.toLocaleString('en-US');
  return unit === 'seconds' ? spanText(number) : grouped(number);
}

/** Two decimals, or four digits of what is smaller. */
export function grouped(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.1) return String(Number(value.toPrecision(3)));
  return value.toLocaleString('en-US', {
    minimumFractionDigits: DECIMALS,
    maximumFractionDigits: DECIMALS,
  });
}

function spanText(seconds: number): string {
  const [days, hours] = [Math.floor(seconds / DAY_S), Math.floor((seconds % DAY_S) / HOUR_S)];
  if (days > 0) return `${String(days)} d ${String(hours)} h`;
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  return hours > 0 ? `${String(hours)} h ${String(minutes)} m` : `${String(minutes)} m`;
}

/** `2024-01-31 09:30` */
export function minuteText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

export interface Cell {
  readonly text: string;
  /** CSS classes. */
  readonly look?: string;
}

/** A table; cells that begin with a digit or a sign stand right. */
export function tableOf(
  titles: readonly string[],
  rows: readonly (readonly (Cell | string)[])[],
): string {
  const head = titles.map((title) => `<th>${escaped(title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function cellOf(cell: Cell | string): string {
  const { text, look = '' } = typeof cell === 'string' ? { text: cell } : cell;
  const isNumber = /^[−–+-]?\d/u.test(text) && !/^\d{4}-\d\d-\d\d/u.test(text);
  const classes = [look, isNumber ? 'number' : ''].filter((name) => name !== '').join(' ');
  return `<td${classes === '' ? '' : ` class="${classes}"`}>${escaped(text)}</td>`;
}

/** A profit with its colour. */
export function profitCell(text: string): Cell {
  const value = Number(text);
  return { text: grouped(value), look: value < 0 ? 'bad' : 'good' };
}
