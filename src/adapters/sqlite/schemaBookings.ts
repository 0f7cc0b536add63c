/** Schema step 6: what was booked into and out of positions without a fill. */
import { decimal, isDecimalSql, utc } from './columns.ts';

/** A position is its fills and its rows here, in the order of `after_fills` and `booking_id`. */
export const BOOKINGS = `
CREATE TABLE booked_transfers (
  booking_id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  strategy_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  amount TEXT NOT NULL CHECK (${isDecimalSql('amount')} AND amount <> '0'),
  ${decimal('cost')},
  after_fills INTEGER NOT NULL CHECK (after_fills >= 0),
  cause TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX booked_transfers_by_position ON booked_transfers (strategy_id, symbol, booking_id);
ALTER TABLE positions ADD COLUMN booked_amount TEXT CHECK (booked_amount IS NULL OR ${isDecimalSql('booked_amount')});
ALTER TABLE positions ADD COLUMN booked_cost TEXT CHECK (booked_cost IS NULL OR ${isDecimalSql('booked_cost')});
CREATE VIEW v_booked_transfers AS
  SELECT ${utc('at', 'at_utc')}, strategy_id, symbol, amount, cost, cause, reason, after_fills FROM booked_transfers;
`;
