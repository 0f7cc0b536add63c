/** A document as YAML for people to read. Not for round trips of anything but JSON data. */
import { fieldsOf } from '../../fields.ts';

const PLAIN = /^[A-Za-z_./][A-Za-z0-9_./-]*$/u;
/** Words that YAML 1.1 or 1.2 readers take for something else than text. */
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|~)$/iu;

/** Lines without line feeds. */
export function yamlLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(item);
  const fields = fieldsOf(value);
  if (fields) {
    const entries = Object.entries(fields).filter(([, each]) => each !== undefined);
    return entries.length === 0
      ? ['{}']
      : entries.flatMap(([key, each]) => entry(scalar(key), each));
  }
  return [scalar(value)];
}

function item(value: unknown): string[] {
  return yamlLines(value).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

function entry(key: string, value: unknown): string[] {
  const lines = yamlLines(value);
  const [first = ''] = lines;
  const inline = !isNested(value) || first === '[]' || first === '{}';
  return inline ? [`${key}: ${first}`] : [`${key}:`, ...lines.map((line) => `  ${line}`)];
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value ?? null);
  return PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
