/** JSON from outside: looked at field by field, never believed. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; undefined for anything else, arrays among it. */
export function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** The fields of an object in JSON text; undefined for anything else. */
export function parseFields(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The field as text; empty when it is none. */
export function textField(fields: Fields | undefined, name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
