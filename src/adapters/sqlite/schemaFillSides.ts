/** Schema step 3: a fill is known by its side, too. */
import { decimal, positive, utc } from './columns.ts';

/** One trade between two orders of ours is a fill of each: a fill's key has its side. The table is made anew (see schemaGuards.ts). */
export const FILL_SIDES = `
DROP VIEW v_fills;
CREATE TABLE fills_by_side (
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
  UNIQUE (exchange, account, symbol, trade_id, side)
) STRICT;
INSERT INTO fills_by_side SELECT * FROM fills;
DROP TABLE fills;
ALTER TABLE fills_by_side RENAME TO fills;
CREATE INDEX fills_by_time ON fills (at, fill_id);
CREATE INDEX fills_by_intent ON fills (intent_id);
CREATE VIEW v_fills AS
  SELECT ${utc('at', 'at_utc')}, strategy_id, symbol, side, amount, price, fee, fee_asset, liquidity,
    trade_id, exchange_order_id, intent_id, exchange, account
  FROM fills;
`;
