/** Columns that check themselves, as SQL. Frozen with the schema steps that use them. */

/**
 * SQL that is true for canonical decimal text only: optional minus, no exponent, no leading or trailing zeros, no `-0`.
 */
export function isDecimalSql(column: string): string {
  const rules = [
    `${column} NOT GLOB '*[^-.0-9]*'`,
    `(${column} GLOB '[0-9]*' OR ${column} GLOB '-[0-9]*')`,
    `${column} GLOB '*[0-9]'`,
    `${column} NOT GLOB '?*-*'`,
    `${column} NOT GLOB '*.*.*'`,
    `${column} NOT GLOB '0[0-9]*'`,
    `${column} NOT GLOB '-0[0-9]*'`,
    `${column} NOT GLOB '*.*0'`,
    `${column} <> '-0'`,
  ];
  return `(${rules.join(' AND ')})`;
}

export const decimal = (column: string): string =>
  `${column} TEXT NOT NULL CHECK ${isDecimalSql(column)}`;

export const notNegative = (column: string): string =>
  `${column} TEXT NOT NULL CHECK (${isDecimalSql(column)} AND ${column} NOT GLOB '-*')`;

export const positive = (column: string): string =>
  `${column} TEXT NOT NULL CHECK (${isDecimalSql(column)} AND ${column} NOT GLOB '-*' AND ${column} <> '0')`;

/** A time in words, for views. */
export const utc = (column: string, name: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch') AS ${name}`;
