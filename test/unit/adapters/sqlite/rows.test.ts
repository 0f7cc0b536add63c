import { describe, expect, it } from '@jest/globals';
import {
  jsonOf,
  ledgerBalance,
  note,
  orderChange,
  rowOf,
} from '../../../../src/adapters/sqlite/rows.ts';

const change = { intent_id: 'i-1', at: 5, from_state: 'PLANNED', to_state: 'ACKED', message: '' };
const plainNote = {
  at: 5,
  code: 'ARMED',
  strategy_id: null,
  symbol: null,
  intent_id: null,
  inputs: '{}',
};

describe('reading rows', () => {
  it('names the column and the value when a row does not fit', () => {
    expect(() => orderChange({ ...change, to_state: 'LOST' })).toThrow(
      'JOURNAL_CORRUPT: column to_state: expected one of',
    );
    expect(() => orderChange({ ...change, at: 0.5 })).toThrow(
      'column at: expected an integer, got 0.5',
    );
    expect(() => orderChange({ ...change, message: null })).toThrow(
      'column message: expected text, got null',
    );
    expect(() => rowOf(3)).toThrow('JOURNAL_CORRUPT');
  });

  it('refuses what is not a decimal', () => {
    expect(() =>
      ledgerBalance({ asset: 'BTC', opening: '0', deposited: '0', total: 'much' }),
    ).toThrow('DECIMAL_INVALID');
  });

  it('leaves absent columns out instead of setting them to undefined', () => {
    expect(Object.keys(note(plainNote))).toEqual(['at', 'code', 'inputs']);
  });

  it.each(['[]', '{"a":null}', '{"a":{}}', '7', 'null', '{'])(
    'refuses %s as inputs of a note',
    (inputs) => {
      expect(() => note({ ...plainNote, inputs })).toThrow('JOURNAL_CORRUPT: column inputs');
    },
  );

  it('reads any JSON as a state', () => {
    expect(jsonOf({ state: '{"a":[1,null,true]}' }, 'state')).toEqual({ a: [1, null, true] });
  });
});
