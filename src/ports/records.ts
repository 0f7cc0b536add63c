/** Reading the books: what the CLI and status show. Works on a running daemon's database and on a stopped one's. */
import type { IntentId, MarketSymbol, StrategyId } from '../core/domain/ids.ts';
import type { Note } from '../core/domain/notes.ts';
import type { OrderRecord } from '../core/domain/order.ts';
import type {
  AttributedFill,
  BookedTransfer,
  LedgerBalance,
  Position,
} from '../core/domain/position.ts';
import type { OrderChange } from './journal.ts';

export interface RecordFilter {
  readonly strategyId?: StrategyId;
  readonly symbol?: MarketSymbol;
  readonly intentId?: IntentId;
  /** Newest that many. */
  readonly limit: number;
}

/** Newest first, except where it says otherwise. */
export interface Records {
  orders(filter: RecordFilter & { readonly openOnly: boolean }): readonly OrderRecord[];
  changes(intentId: IntentId): readonly OrderChange[];
  fills(filter: RecordFilter): readonly AttributedFill[];
  notes(filter: RecordFilter): readonly Note[];
  /** What was booked into and out of positions without a fill; a filter's intent is not looked at. */
  bookings(filter: Omit<RecordFilter, 'intentId'>): readonly BookedTransfer[];
  positions(): readonly Position[];
  balances(): readonly LedgerBalance[];
  counts(): { readonly orders: number; readonly fills: number; readonly notes: number };
  close(): void;
}
