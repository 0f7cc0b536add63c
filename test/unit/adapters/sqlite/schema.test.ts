import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { isDecimalSql } from '../../../../src/adapters/sqlite/columns.ts';
import { CLOSED_STATES_SQL, MIGRATIONS } from '../../../../src/adapters/sqlite/schema.ts';
import { dec, toText } from '../../../../src/core/domain/decimal.ts';
import { ORDER_STATES } from '../../../../src/core/domain/order.ts';
import { formatUtc } from '../../../../src/core/domain/time.ts';
import { isTerminal } from '../../../../src/core/orders/transitions.ts';
import { anyDecimal } from '../../../builders/journalArbitraries.ts';

const db = new Database(':memory:');
const check = db.prepare(`SELECT ${isDecimalSql('t')} FROM (SELECT ? AS t)`).pluck();
const isDecimal = (text: string): boolean => check.get(text) === 1;

describe('the check of decimal columns', () => {
  it('accepts every canonical text', () => {
    fc.assert(fc.property(anyDecimal, (value) => isDecimal(toText(value))));
  });

  it('accepts a text exactly when it is its own canonical form', () => {
    const text = fc.string({
      unit: fc.constantFrom('0', '0', '1', '9', '.', '-', 'e', '+', ' '),
      maxLength: 7,
    });
    const canonical = (candidate: string): boolean => {
      try {
        return toText(dec(candidate)) === candidate;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(text, (candidate) => isDecimal(candidate) === canonical(candidate)),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '-',
    '.',
    '-0',
    '00',
    '01',
    '-01',
    '1.',
    '.5',
    '1.50',
    '1e5',
    '+1',
    ' 1',
    '1 ',
    '1.2.3',
    '1-2',
    '--1',
    'NaN',
    '０',
  ])('refuses %j', (text) => {
    expect(isDecimal(text)).toBe(false);
  });
});

describe('the schema', () => {
  it('calls the same states closed as the order lifecycle', () => {
    const names = ORDER_STATES.filter((state) => CLOSED_STATES_SQL.includes(`'${state}'`));
    expect(names).toEqual(ORDER_STATES.filter(isTerminal));
  });

  it('accepts every order state there is', () => {
    for (const state of ORDER_STATES) expect(MIGRATIONS.join()).toContain(`'${state}'`);
  });

  it('keeps amounts and prices as text and has strict tables only', () => {
    const fresh = new Database(':memory:');
    for (const sql of MIGRATIONS) fresh.exec(sql);
    const loose = fresh.prepare(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND schema = 'main'",
    );
    expect(loose.pluck().all()).toEqual(['sqlite_schema']);
    const real =
      fresh.prepare(`SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c
      WHERE t.type = 'table' AND t.strict = 1 AND c.type NOT IN ('TEXT', 'INTEGER')`);
    expect(real.pluck().all()).toEqual([]);
    fresh.close();
  });

  it('writes times as the rest of the program does', () => {
    const utc = db
      .prepare("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch')")
      .pluck();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_799_999 }), (ms) => {
        expect(utc.get(ms)).toBe(formatUtc(ms));
      }),
      { numRuns: 500 },
    );
  });
});
