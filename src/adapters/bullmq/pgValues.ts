import { types } from '@electric-sql/pglite';

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

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
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? arrayText(value) : JSON.stringify(value);
    case 'undefined':
      return null;
    case 'symbol':
    case 'function':
      throw new TypeError(`a ${typeof value} cannot be a query parameter`);
  }
};

/** A column's value from its text form; no column that BullMQ selects is an array. @param type PostgreSQL's type id. */
export const columnValue = (text: string | null, type: number): unknown => types.parseType(text, type);
