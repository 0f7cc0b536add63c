/** What others did on the account: trades that are in no books of ours, money that came and went. */
import { formatAtoms } from '../../src/simulator/engine/amounts.ts';
import type { AccountTrade } from '../../src/simulator/engine/types.ts';
import { exact, ZERO, type Exact } from './exact.ts';
import { lotsText, type SimExchange } from './exchange.ts';
import type { JournalReader } from './reader.ts';

/** Amounts by asset, signed as the account saw them. @param isOutside whether trades under this client id are nobody's we know */
export function externalEffects(
  exchange: SimExchange,
  reader: JournalReader,
  isOutside: (clientOrderId: string) => boolean,
): ReadonlyMap<string, Exact> {
  const booked = new Set(reader.fills().map(({ key }) => key));
  const effects = new Map<string, Exact>(exchange.moved);
  for (const trade of exchange.account.trades.select()) {
    if (booked.has(keyOf(trade)) || !isOutside(trade.clientOrderId)) continue;
    const sign = trade.side === 'BUY' ? 1 : -1;
    move(effects, trade.instrument.base, amountOf(trade).times(sign));
    move(effects, trade.instrument.quote, exact(formatAtoms(trade.quote)).times(-sign));
    move(effects, trade.feeAsset, exact(formatAtoms(trade.fee)).neg());
  }
  return effects;
}

/** Adds to what is known of an asset. */
export function move(effects: Map<string, Exact>, asset: string, amount: Exact): void {
  effects.set(asset, (effects.get(asset) ?? ZERO).plus(amount));
}

/** A trade as the journal's rows of fills name it. */
export function keyOf({ instrument, id }: AccountTrade): string {
  return `${instrument.base}/${instrument.quote} ${id}`;
}

export function amountOf({ instrument, lots }: AccountTrade): Exact {
  return exact(lotsText(instrument, lots));
}
