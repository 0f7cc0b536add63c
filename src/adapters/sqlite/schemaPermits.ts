/** Schema step 5: permits in memory take the place of the outbox and of the rows that claimed a send. */
import { utc } from './columns.ts';

/** An order's SENDING is among its changes; `sent_utc` of those sent before this step is lost. */
export const PERMITS = `
DROP VIEW v_orders;
DROP TABLE outbox;
DROP TABLE sends;
DROP VIEW v_epochs;
-- Two runs never share it, not even when an old copy of the file comes to the same epoch again.
ALTER TABLE epochs ADD COLUMN run_id TEXT NOT NULL DEFAULT '';
CREATE VIEW v_epochs AS
  SELECT epoch, run_id, ${utc('started_ms', 'started_utc')}, ${utc('last_step_at', 'last_step_market_utc')},
    ${utc('last_step_ms', 'last_step_wall_utc')}
  FROM epochs;
CREATE VIEW v_orders AS
  SELECT i.sequence, ${utc('i.created_at', 'created_utc')}, i.strategy_id, i.symbol, i.purpose, i.side, i.type,
    i.price, i.trigger_price, i.amount, o.state, o.filled, o.filled_quote, o.exchange_order_id, i.client_order_id, i.intent_id,
    i.parent_id, i.pair_id, i.reason, i.tag, o.message,
    ${utc(`(SELECT min(c.at) FROM order_changes c WHERE c.intent_id = i.intent_id AND c.to_state = 'SENDING')`, 'sent_utc')},
    ${utc('o.updated_at', 'updated_utc')}
  FROM intents i JOIN orders o USING (intent_id);
`;
