/** Schema step 7: what of a position is too little to be sold, and goes with the next sale. */
import { isDecimalSql } from './columns.ts';

export const DUST = `
ALTER TABLE positions ADD COLUMN dust_amount TEXT CHECK (dust_amount IS NULL OR ${isDecimalSql('dust_amount')});
ALTER TABLE positions ADD COLUMN dust_cost TEXT CHECK (dust_cost IS NULL OR ${isDecimalSql('dust_cost')});
UPDATE positions SET dust_amount = amount, dust_cost = cost
  WHERE opened_at IS NULL AND amount <> '0' AND amount NOT LIKE '-%';
CREATE VIEW v_dust AS
  SELECT strategy_id, symbol, dust_amount AS amount, dust_cost AS cost FROM positions WHERE dust_amount IS NOT NULL;
`;
