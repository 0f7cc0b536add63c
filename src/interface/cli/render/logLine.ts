/** A JSON log line for people: `2024-01-31 12:34:56.789Z WARN  message  name=value …`. */
import { parseFields } from '../../fields.ts';
import type { Painter } from './colour.ts';
import { printable } from './text.ts';

const PLACED = new Set(['time', 'level', 'msg', 'pid']);
const LEVEL_WIDTH = 5;

/** A line that is not a JSON object is shown as it is, without control characters. */
export function logLine(line: string, paint: Painter): string {
  const fields = parseFields(line);
  if (!fields) return printable(line);
  const level = textOf(fields['level']).toUpperCase();
  const pairs = Object.entries(fields)
    .filter(([name]) => !PLACED.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  return [
    paint.dim(printable(textOf(fields['time']).replace('T', ' '))),
    levelColour(level, paint)(printable(level.padEnd(LEVEL_WIDTH))),
    [printable(textOf(fields['msg'])), ...pairs.map((pair) => paint.dim(printable(pair)))].join(
      '  ',
    ),
  ].join(' ');
}

function levelColour(level: string, paint: Painter): (text: string) => string {
  if (level === 'ERROR' || level === 'FATAL') return paint.bad;
  return level === 'WARN' ? paint.warn : paint.dim;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
