/** Lists as an exchange answers them: most rows can be read, and those that cannot never hide the others. */
import type { ClientOrderId, ExchangeOrderId, MarketSymbol } from '../core/domain/ids.ts';

/** A row that could not be read. It may be ours: nothing may be concluded from its not being among the others. */
export interface UnreadableRow {
  readonly what: 'order' | 'trade';
  readonly symbol: MarketSymbol;
  /** The exchange's id where that could be read, else the beginning of the row as JSON; the same row has the same name. */
  readonly name: string;
  /** The order it is, or is an execution of, as far as that could be read. */
  readonly exchangeOrderId?: ExchangeOrderId;
  readonly clientOrderId?: ClientOrderId;
  /** What is missing or wrong, in words. */
  readonly problem: string;
}

export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
}
