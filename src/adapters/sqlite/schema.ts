/**
 * The journal's tables, as numbered steps that only ever go forward. A step that was released is never edited:
 * a change is a new step. Times are integer milliseconds UTC: `…_at` is market time, `…_ms` wall time. Money, prices
 * and amounts are canonical decimal text (`core/domain/decimal.ts`), checked by the table itself.
 */

import { decimal, isDecimalSql, notNegative, positive, utc } from './columns.ts';
import { BOOKINGS } from './schemaBookings.ts';
import { DUST } from './schemaDust.ts';
import { FILL_FEES } from './schemaFillFees.ts';
import { FILL_SIDES } from './schemaFillSides.ts';
import { PERMITS } from './schemaPermits.ts';
import { GUARDS, TRANSFERS } from './schemaGuards.ts';

/** Marks a file as a Plimsoll journal: the bytes `PLIM`. */
export const APPLICATION_ID = 0x504c494d;

/** States an order does not leave, as SQL. */
export const CLOSED_STATES_SQL = `('FILLED','CANCELLED','REJECTED','EXPIRED','DENIED','NOT_PLACED')`;

const IDENTITY = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per run of the writer. The newest may write; an older one is fenced.
CREATE TABLE epochs (
  epoch INTEGER PRIMARY KEY,
  started_ms INTEGER NOT NULL,
  last_step_at INTEGER NOT NULL DEFAULT 0,
  last_step_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
`;

const ORDERS = `
-- What was approved, exactly as it may be sent. Never changed.
CREATE TABLE intents (
  intent_id TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL UNIQUE CHECK (sequence > 0),
  client_order_id TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL REFERENCES epochs,
  strategy_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  type TEXT NOT NULL CHECK (type IN ('market', 'limit', 'limit_maker')),
  purpose TEXT NOT NULL CHECK (purpose IN ('entry', 'exit')),
  price TEXT CHECK (price IS NULL OR (${isDecimalSql('price')} AND price NOT GLOB '-*' AND price <> '0')),
  ${positive('amount')},
  ${positive('reference_price')},
  reason TEXT NOT NULL,
  inputs TEXT NOT NULL CHECK (json_valid(inputs)),
  tag TEXT NOT NULL,
  parent_id TEXT,
  created_at INTEGER NOT NULL,
  planned_ms INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  CHECK ((type = 'market') = (price IS NULL))
) STRICT;

-- An intent is sent at most once: its row here is inserted before the request, and the key makes it unique.
CREATE TABLE sends (
  intent_id TEXT PRIMARY KEY REFERENCES intents,
  epoch INTEGER NOT NULL REFERENCES epochs,
  sent_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
  intent_id TEXT PRIMARY KEY REFERENCES intents,
  state TEXT NOT NULL CHECK (state IN ('PLANNED','SENDING','ACKED','PARTIAL','FILLED','CANCELLING','CANCELLED',
    'REJECTED','EXPIRED','DENIED','UNKNOWN','NOT_PLACED','QUARANTINED')),
  exchange_order_id TEXT,
  ${notNegative('filled')},
  ${notNegative('filled_quote')},
  ${notNegative('reported_filled')},
  terminal_report TEXT CHECK (terminal_report IN ('FILLED', 'CANCELLED', 'EXPIRED')),
  cancel_requested INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
  message TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (intent_id) WHERE state NOT IN ${CLOSED_STATES_SQL};
CREATE INDEX orders_by_exchange_id ON orders (exchange_order_id) WHERE exchange_order_id IS NOT NULL;

CREATE TABLE order_changes (
  change_id INTEGER PRIMARY KEY,
  intent_id TEXT NOT NULL REFERENCES intents,
  at INTEGER NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX order_changes_by_intent ON order_changes (intent_id, change_id);

-- Work for the queue. A row that is not done is driven again.
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('place', 'cancel')),
  intent_id TEXT NOT NULL REFERENCES intents,
  symbol TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1))
) STRICT;
CREATE INDEX outbox_pending ON outbox (sequence) WHERE done = 0;
CREATE INDEX outbox_by_intent ON outbox (intent_id, kind);
`;

const LEDGER = `
CREATE TABLE fills (
  fill_id INTEGER PRIMARY KEY,
  exchange TEXT NOT NULL,
  account TEXT NOT NULL,
  symbol TEXT NOT NULL,
  trade_id TEXT NOT NULL,
  intent_id TEXT NOT NULL REFERENCES intents,
  strategy_id TEXT NOT NULL,
  exchange_order_id TEXT NOT NULL,
  client_order_id TEXT,
  side TEXT NOT NULL CHECK (side IN ('buy', 'sell')),
  ${positive('price')},
  ${positive('amount')},
  ${decimal('fee')},
  fee_asset TEXT NOT NULL,
  liquidity TEXT NOT NULL CHECK (liquidity IN ('maker', 'taker', 'unknown')),
  at INTEGER NOT NULL,
  recorded_ms INTEGER NOT NULL,
  UNIQUE (exchange, account, symbol, trade_id)
) STRICT;
CREATE INDEX fills_by_time ON fills (at, fill_id);
CREATE INDEX fills_by_intent ON fills (intent_id);

CREATE TABLE positions (
  strategy_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  ${decimal('amount')},
  ${decimal('cost')},
  ${decimal('realised_pnl')},
  ${decimal('fees_quote')},
  fills INTEGER NOT NULL,
  opened_at INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (strategy_id, symbol)
) STRICT, WITHOUT ROWID;

-- The ledger's balances as they stand, and each value they ever had.
CREATE TABLE balances (
  asset TEXT PRIMARY KEY,
  ${decimal('opening')},
  ${decimal('total')},
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE balance_snapshots (
  snapshot_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  asset TEXT NOT NULL,
  ${decimal('opening')},
  ${decimal('total')}
) STRICT;
CREATE TRIGGER balance_inserted AFTER INSERT ON balances BEGIN
  INSERT INTO balance_snapshots (at, asset, opening, total) VALUES (new.updated_at, new.asset, new.opening, new.total);
END;
CREATE TRIGGER balance_updated AFTER UPDATE ON balances WHEN new.total <> old.total OR new.opening <> old.opening BEGIN
  INSERT INTO balance_snapshots (at, asset, opening, total) VALUES (new.updated_at, new.asset, new.opening, new.total);
END;
`;

const STATE = `
CREATE TABLE strategies (
  strategy_id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (json_valid(state)),
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Switches that are on: at most one row 'paused', one row 'halted' per halted symbol.
CREATE TABLE flags (
  position INTEGER PRIMARY KEY,
  flag TEXT NOT NULL CHECK (flag IN ('paused', 'halted')),
  symbol TEXT,
  reason TEXT NOT NULL,
  since_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notes (
  note_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  strategy_id TEXT,
  symbol TEXT,
  intent_id TEXT,
  inputs TEXT NOT NULL CHECK (json_valid(inputs))
) STRICT;
CREATE INDEX notes_by_strategy ON notes (strategy_id, note_id) WHERE strategy_id IS NOT NULL;
CREATE INDEX notes_by_intent ON notes (intent_id, note_id) WHERE intent_id IS NOT NULL;
`;

const VIEWS = `
CREATE VIEW v_orders AS
  SELECT i.sequence, ${utc('i.created_at', 'created_utc')}, i.strategy_id, i.symbol, i.purpose, i.side, i.type,
    i.price, i.amount, o.state, o.filled, o.filled_quote, o.exchange_order_id, i.client_order_id, i.intent_id,
    i.reason, i.tag, o.message, ${utc('s.sent_ms', 'sent_utc')}, ${utc('o.updated_at', 'updated_utc')}
  FROM intents i JOIN orders o USING (intent_id) LEFT JOIN sends s USING (intent_id);
CREATE VIEW v_fills AS
  SELECT ${utc('at', 'at_utc')}, strategy_id, symbol, side, amount, price, fee, fee_asset, liquidity,
    trade_id, exchange_order_id, intent_id, exchange, account
  FROM fills;
CREATE VIEW v_order_changes AS
  SELECT ${utc('at', 'at_utc')}, intent_id, from_state, to_state, message FROM order_changes;
CREATE VIEW v_notes AS
  SELECT ${utc('at', 'at_utc')}, strategy_id, symbol, code, inputs, intent_id FROM notes;
CREATE VIEW v_balances AS
  SELECT ${utc('at', 'at_utc')}, asset, opening, total FROM balance_snapshots;
CREATE VIEW v_epochs AS
  SELECT epoch, ${utc('started_ms', 'started_utc')}, ${utc('last_step_at', 'last_step_market_utc')},
    ${utc('last_step_ms', 'last_step_wall_utc')}
  FROM epochs;
`;

/** Step n (from 1) takes a database from schema version n − 1 to n. */
export const MIGRATIONS: readonly string[] = [
  `PRAGMA application_id = ${APPLICATION_ID};` + IDENTITY + ORDERS + LEDGER + STATE + VIEWS,
  GUARDS + TRANSFERS,
  FILL_SIDES,
  FILL_FEES,
  PERMITS,
  BOOKINGS,
  DUST,
];

/** The schema version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
