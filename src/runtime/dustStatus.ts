/** What the status document says of what is too little to be sold. */
import { dec, toText } from '../core/domain/decimal.ts';
import type { EngineState } from '../core/engine/state.ts';
import { quoteText } from './quoteText.ts';
import type { StatusDocument } from './statusDocument.ts';

/** By strategy, those among them that are not configured any more. */
export function dustStatus({ ledger, markets }: EngineState): StatusDocument['dust'] {
  const found: StatusDocument['dust'][number][] = [];
  for (const [strategy, holdings] of ledger.holdings)
    for (const [symbol, { position }] of holdings) {
      const { dust } = position;
      if (!dust) continue;
      const market = markets.get(symbol);
      const price = market?.lastPrice ?? Number.NaN;
      found.push({
        strategy,
        symbol,
        asset: market?.instrument.base ?? symbol.slice(0, symbol.indexOf('/')),
        amount: toText(dust.amount),
        cost: quoteText(dust.cost),
        value: price > 0 ? quoteText(dust.amount.times(dec(price))) : null,
      });
    }
  return found;
}
