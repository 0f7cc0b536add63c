/** A JSON log line for a person at a terminal: `12:34:56.789 WARN  message  name=value …`. */

const TIME_START = '2024-01-01T'.length;
const TIME_END = '2024-01-01T00:00:00.000'.length;
const LEVEL_WIDTH = 5;

/** Fields the line shows in places of their own, or not at all. */
const PLACED = new Set(['time', 'level', 'msg', 'pid']);

/** A line that is not a JSON object is returned as it is. */
export function prettyLine(line: string): string {
  const fields = parsed(line);
  if (!fields) return line;
  const time = textOf(fields['time']).slice(TIME_START, TIME_END);
  const level = textOf(fields['level']).toUpperCase().padEnd(LEVEL_WIDTH);
  const rest = Object.entries(fields).filter(([name]) => !PLACED.has(name));
  const pairs = rest.map(([name, value]) => `${name}=${textOf(value)}`);
  return `${[`${time} ${level} ${textOf(fields['msg'])}`, ...pairs].join('  ')}\n`;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
