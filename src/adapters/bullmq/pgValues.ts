import { types } from '@electric-sql/pglite';

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const arrayElement = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  return Array.isArray(value) ? arrayText(value) : quoted(parameterText(value) ?? '');
};

const arrayText = (values: readonly unknown[]): string => `{${values.map(arrayElement).join(',')}}`;

/**
 * A query parameter as PostgreSQL reads it in text form, by node-postgres' rules (BullMQ is written for it):
 * arrays become array literals, other objects JSON.
 */
export const parameterText = (value: unknown): string | null => {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return arrayText(value);
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  throw new TypeError(`a ${typeof value} cannot be a query parameter`);
};

/** A column's value from its text form; no column that BullMQ selects is an array. @param type PostgreSQL's type id. */
export const columnValue = (text: string | null, type: number): unknown =>
  types.parseType(text, type);
