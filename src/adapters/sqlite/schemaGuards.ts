/** Schema step 2: stops and pairs, deposits and withdrawals. */
import { isDecimalSql, positive, utc } from './columns.ts';

/**
 * Stops and pairs. A column's check cannot be changed in place, so the table is made anew and takes over the old one's rows and
 * name (sqlite.org/lang_altertable.html, section 7); nothing refers to a view of it meanwhile.
 */
export const GUARDS = `
DROP VIEW v_orders;
CREATE TABLE intents_with_triggers (
  intent_id TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL UNIQUE CHECK (sequence > 0),
  client_order_id TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL REFERENCES epochs,
  strategy_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  type TEXT NOT NULL CHECK (type IN ('market', 'limit', 'limit_maker', 'stop')),
  purpose TEXT NOT NULL CHECK (purpose IN ('entry', 'exit')),
  price TEXT CHECK (price IS NULL OR (${isDecimalSql('price')} AND price NOT GLOB '-*' AND price <> '0')),
  trigger_price TEXT CHECK (trigger_price IS NULL
    OR (${isDecimalSql('trigger_price')} AND trigger_price NOT GLOB '-*' AND trigger_price <> '0')),
  ${positive('amount')},
  ${positive('reference_price')},
  reason TEXT NOT NULL,
  inputs TEXT NOT NULL CHECK (json_valid(inputs)),
  tag TEXT NOT NULL,
  parent_id TEXT,
  pair_id TEXT,
  created_at INTEGER NOT NULL,
  planned_ms INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  CHECK ((type IN ('market', 'stop')) = (price IS NULL)),
  CHECK ((type = 'stop') = (trigger_price IS NOT NULL))
) STRICT;
INSERT INTO intents_with_triggers (intent_id, sequence, client_order_id, epoch, strategy_id, symbol, side, type, purpose, price,
  amount, reference_price, reason, inputs, tag, parent_id, created_at, planned_ms, deadline_ms)
  SELECT intent_id, sequence, client_order_id, epoch, strategy_id, symbol, side, type, purpose, price,
    amount, reference_price, reason, inputs, tag, parent_id, created_at, planned_ms, deadline_ms FROM intents;
DROP TABLE intents;
ALTER TABLE intents_with_triggers RENAME TO intents;
CREATE VIEW v_orders AS
  SELECT i.sequence, ${utc('i.created_at', 'created_utc')}, i.strategy_id, i.symbol, i.purpose, i.side, i.type,
    i.price, i.trigger_price, i.amount, o.state, o.filled, o.filled_quote, o.exchange_order_id, i.client_order_id, i.intent_id,
    i.parent_id, i.pair_id, i.reason, i.tag, o.message, ${utc('s.sent_ms', 'sent_utc')}, ${utc('o.updated_at', 'updated_utc')}
  FROM intents i JOIN orders o USING (intent_id) LEFT JOIN sends s USING (intent_id);
`;

/** Deposits and withdrawals: start + deposited + trades − fees = total, asset by asset. */
export const TRANSFERS = `
CREATE TABLE transfers (
  transfer_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  asset TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (${isDecimalSql('amount')} AND amount <> '0'),
  reason TEXT NOT NULL,
  recorded_ms INTEGER NOT NULL
) STRICT;
DROP VIEW v_balances;
DROP TRIGGER balance_inserted;
DROP TRIGGER balance_updated;
ALTER TABLE balances ADD COLUMN deposited TEXT NOT NULL DEFAULT '0' CHECK (${isDecimalSql('deposited')});
ALTER TABLE balance_snapshots ADD COLUMN deposited TEXT NOT NULL DEFAULT '0' CHECK (${isDecimalSql('deposited')});
CREATE TRIGGER balance_inserted AFTER INSERT ON balances BEGIN
  INSERT INTO balance_snapshots (at, asset, opening, deposited, total)
    VALUES (new.updated_at, new.asset, new.opening, new.deposited, new.total);
END;
CREATE TRIGGER balance_updated AFTER UPDATE ON balances
  WHEN new.total <> old.total OR new.opening <> old.opening OR new.deposited <> old.deposited BEGIN
  INSERT INTO balance_snapshots (at, asset, opening, deposited, total)
    VALUES (new.updated_at, new.asset, new.opening, new.deposited, new.total);
END;
CREATE VIEW v_balances AS
  SELECT ${utc('at', 'at_utc')}, asset, opening, deposited, total FROM balance_snapshots;
CREATE VIEW v_transfers AS
  SELECT ${utc('at', 'at_utc')}, asset, amount, reason FROM transfers;
`;
