import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openJournal } from '../../../../src/adapters/sqlite/journal.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../../src/adapters/sqlite/schema.ts';
import { dec } from '../../../../src/core/domain/decimal.ts';
import { asset, exchangeOrderId, strategyId, tradeId } from '../../../../src/core/domain/ids.ts';
import { anIntent, anOrder, aPlan, aStep, BTC, T0 } from '../../../builders/journal.ts';

/** What a journal of schema version 1 holds after an order that has half filled, as the program of that version wrote it. */
const VERSION_1_ROWS = `
INSERT INTO meta VALUES ('instance_id', 'abcdefgh'), ('exchange', 'binance'), ('account', 'main');
INSERT INTO epochs (epoch, started_ms, last_step_at, last_step_ms) VALUES (1, ${T0}, ${T0 + 9}, ${T0 + 9});
INSERT INTO intents VALUES ('test-1', 1, 'xaaaaaaaaaaaaaaaa1', 1, 'grid-btc', 'BTC/USDT', 'buy', 'limit', 'entry',
  '42000.5', '0.0125', '42000.5', 'GRID_LEVEL', '{"level":7,"price":"42000.5"}', 'L07', NULL, ${T0}, ${T0}, ${T0 + 60_000});
INSERT INTO intents VALUES ('test-2', 2, 'xaaaaaaaaaaaaaaaa2', 1, 'grid-btc', 'BTC/USDT', 'sell', 'market', 'exit',
  NULL, '0.005', '43000', 'GRID_SELL', '{}', 'L08', 'test-1', ${T0}, ${T0}, ${T0 + 60_000});
INSERT INTO orders VALUES ('test-1', 'PARTIAL', '9001', '0.005', '210.0025', '0.005', NULL, 0, '', ${T0 + 5}),
  ('test-2', 'PLANNED', NULL, '0', '0', '0', NULL, 0, '', ${T0});
INSERT INTO sends VALUES ('test-1', 1, ${T0 + 1});
INSERT INTO order_changes (intent_id, at, from_state, to_state, message) VALUES ('test-1', ${T0 + 5}, 'ACKED', 'PARTIAL', '');
INSERT INTO outbox (kind, intent_id, symbol, reason, created_ms, deadline_ms, done)
  VALUES ('place', 'test-1', 'BTC/USDT', 'GRID_LEVEL', ${T0}, ${T0 + 60_000}, 1),
    ('place', 'test-2', 'BTC/USDT', 'GRID_SELL', ${T0}, ${T0 + 60_000}, 0);
INSERT INTO fills (exchange, account, symbol, trade_id, intent_id, strategy_id, exchange_order_id, client_order_id, side, price,
  amount, fee, fee_asset, liquidity, at, recorded_ms)
  VALUES ('binance', 'main', 'BTC/USDT', '56', 'test-1', 'grid-btc', '9001', 'xaaaaaaaaaaaaaaaa1', 'buy', '42000.5',
    '0.005', '0', 'USDT', 'maker', ${T0 + 5}, ${T0 + 5});
INSERT INTO positions VALUES ('grid-btc', 'BTC/USDT', '0.005', '210.0025', '0', '0', 1, ${T0 + 5}, ${T0 + 5});
INSERT INTO balances VALUES ('BTC', '0', '0.005', ${T0 + 5}), ('USDT', '10000', '9789.9975', ${T0 + 5});
INSERT INTO strategies VALUES ('grid-btc', '{"version":1,"strategy":{}}', ${T0 + 5});
INSERT INTO flags (flag, symbol, reason, since_at) VALUES ('halted', 'ETH/USDT', 'drift', ${T0 + 5});
INSERT INTO notes (at, code, strategy_id, symbol, intent_id, inputs)
  VALUES (${T0}, 'ORDER_PLANNED', 'grid-btc', 'BTC/USDT', 'test-1', '{}');
`;

const ACCOUNT = { exchange: 'binance', account: 'main' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-migrations-'));
  path = join(folder, 'plimsoll.db');
  const old = new Database(path);
  old.exec(MIGRATIONS[0] ?? '');
  old.exec(VERSION_1_ROWS);
  old.pragma('user_version = 1');
  old.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = (sql: string): unknown[] => {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
};

describe('a journal of schema version 1', () => {
  it('is brought to the version this program writes, and every row of it survives', () => {
    const before = ['intents', 'orders', 'fills', 'notes'].map((table) => [
      table,
      rows(`SELECT count(*) FROM ${table}`),
    ]);
    const journal = openJournal(path, ACCOUNT);
    const recovered = journal.recover();
    expect(rows('PRAGMA user_version')).toEqual([[SCHEMA_VERSION]]);
    for (const [table, count] of before) {
      expect([table, rows(`SELECT count(*) FROM ${String(table)}`)]).toEqual([table, count]);
    }
    expect(recovered).toMatchObject({
      instanceId: 'abcdefgh',
      epoch: 2,
      nextSequence: 3,
      lastFillAt: T0 + 5,
      flags: { halted: [{ symbol: 'ETH/USDT', reason: 'drift', since: T0 + 5 }] },
      balances: [
        { asset: 'BTC', opening: dec(0), deposited: dec(0), total: dec('0.005') },
        { asset: 'USDT', opening: dec(10_000), deposited: dec(0), total: dec('9789.9975') },
      ],
    });
    const [first, second] = recovered.orders;
    expect(first).toMatchObject({
      state: 'PARTIAL',
      exchangeOrderId: exchangeOrderId('9001'),
      filled: dec('0.005'),
      intent: { type: 'limit', price: dec('42000.5'), inputs: { level: 7, price: '42000.5' } },
    });
    expect(second?.intent).toMatchObject({ type: 'market', parentId: 'test-1', side: 'sell' });
    expect(second?.intent).not.toHaveProperty('trigger');
    expect(journal.hasFill({ symbol: BTC, tradeId: tradeId('56'), side: 'buy' })).toBe(true);
    // What it had planned and not sent, as far as it knew, is asked after.
    expect(second?.state).toBe('UNKNOWN');
    expect(rows(`SELECT name FROM sqlite_schema WHERE name IN ('outbox', 'sends')`)).toEqual([]);
    journal.close();
  });

  it('goes on: its orders are sent, filled and guarded, and rows still belong together', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const { price: _price, ...plain } = anIntent(3, { side: 'sell', purpose: 'exit' });
    const stop = { ...plain, type: 'stop', trigger: dec('40000') } as const;
    journal.commit(aPlan([stop]));
    expect(journal.findOrder({ intentId: stop.intentId })).toEqual(anOrder(stop));
    const stray = anOrder(anIntent(99));
    expect(() => journal.commit(aStep({ orders: [stray] }))).toThrow('JOURNAL_INVALID');
    journal.close();
    const orders = rows('SELECT type, price, trigger_price FROM v_orders ORDER BY sequence');
    expect(orders).toEqual([
      ['limit', '42000.5', null],
      ['market', null, null],
      ['stop', null, '40000'],
    ]);
  });

  it('has what its sales left behind as dust, and keeps what a position says of it from then on', () => {
    const old = new Database(path);
    old.exec(`UPDATE positions SET amount = '0.000004', cost = '0.17', opened_at = NULL`);
    old.close();
    const journal = openJournal(path, ACCOUNT);
    const [position] = journal.recover().positions;
    expect(position?.dust).toEqual({ amount: dec('0.000004'), cost: dec('0.17') });
    if (!position) throw new Error('no position');
    const part = { ...position, amount: dec(1), dust: { amount: dec('0.5'), cost: dec('0.1') } };
    journal.commit(aStep({ at: T0 + 9, positions: [part] }));
    journal.close();
    const again = openJournal(path, ACCOUNT);
    expect(again.recover().positions).toEqual([part]);
    again.close();
    expect(rows('SELECT * FROM v_dust')).toEqual([['grid-btc', 'BTC/USDT', '0.5', '0.1']]);
  });

  it('is migrated once, even when opened twice', () => {
    openJournal(path, ACCOUNT).close();
    const journal = openJournal(path, ACCOUNT);
    expect(journal.recover().strategies.get(strategyId('grid-btc'))).toEqual({
      version: 1,
      strategy: {},
    });
    journal.close();
  });

  it('keeps what it knows of balances, and every transfer from then on', () => {
    const journal = openJournal(path, ACCOUNT);
    journal.recover();
    const USDT = asset('USDT');
    journal.commit(
      aStep({
        at: T0 + 9,
        balances: [{ asset: USDT, opening: dec(10_000), deposited: dec(-9), total: dec(9_780) }],
        transfers: [{ asset: USDT, amount: dec(-9), reason: 'moved to savings' }],
      }),
    );
    journal.close();
    expect(rows('SELECT asset, amount, reason FROM transfers')).toEqual([
      ['USDT', '-9', 'moved to savings'],
    ]);
    expect(rows(`SELECT deposited, total FROM balance_snapshots WHERE asset = 'USDT'`)).toEqual([
      ['0', '9789.9975'],
      ['-9', '9780'],
    ]);
  });
});

describe('a journal whose rows do not belong together', () => {
  it('is not migrated', () => {
    const db = new Database(path);
    db.pragma('foreign_keys = OFF');
    db.exec(`INSERT INTO sends VALUES ('test-77', 1, ${T0})`);
    db.close();
    expect(() => openJournal(path, ACCOUNT)).toThrow('JOURNAL_CORRUPT');
    expect(rows('PRAGMA user_version')).toEqual([[1]]);
  });
});
