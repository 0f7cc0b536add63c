/** Schema step 4: an execution may be charged in several assets at once. */
import { utc } from './columns.ts';

/** What was charged besides `fee` in `fee_asset`: a JSON list of pairs such as `["GT","0.0125"]`. */
export const FILL_FEES = `
ALTER TABLE fills ADD COLUMN more_fees TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(more_fees));
DROP VIEW v_fills;
CREATE VIEW v_fills AS
  SELECT ${utc('at', 'at_utc')}, strategy_id, symbol, side, amount, price, fee, fee_asset, more_fees, liquidity,
    trade_id, exchange_order_id, intent_id, exchange, account
  FROM fills;
`;
