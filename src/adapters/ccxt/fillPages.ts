import type { Fill } from '../../core/domain/fill.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { Listing } from '../../ports/listing.ts';
import { gatewayFailed } from './errors.ts';
import type { FillPaging } from './quirks/quirks.ts';
import { listingOf, tradeRows, type TradeReading, type TradeRow } from './tradeRows.ts';
import type { CcxtParams } from './types.ts';

const PAGES_MAX = 1_000;
/** Before the first trade of every account. */
const FROM_THE_START = '0';

type PagesById = Extract<FillPaging, { readonly kind: 'byId' }>;

/** Asks for one page of own trades; no parameters: the newest page. */
type FetchPage = (symbol: MarketSymbol, params: CcxtParams) => Promise<unknown>;

/**
 * Own executions, complete. ccxt's own paging gives up after ten calls, swallows errors and steps by time, which skips
 * trades of the same millisecond; here pages go by trade id and overlap by one, and a trade counts once.
 */
export class FillPages {
  readonly #quirks: PagesById;
  readonly #fetch: FetchPage;
  readonly #reading: TradeReading;
  /** The newest trade known when a symbol was last read: later reads need not begin at the start. */
  readonly #anchors = new Map<MarketSymbol, { readonly id: string; readonly at: Millis }>();

  constructor(quirks: PagesById, fetch: FetchPage, reading: TradeReading = {}) {
    this.#quirks = quirks;
    this.#fetch = fetch;
    this.#reading = reading;
  }

  /** Executions at or after `since`, ascending by time, then by arrival. @throws Error `GATEWAY_FAILED` */
  async since(symbol: MarketSymbol, since: Millis): Promise<Listing<Fill>> {
    const newest = await this.#page(symbol, {});
    const oldestAt = Math.min(...newest.map(({ at }) => at ?? Infinity));
    const complete = newest.length < this.#quirks.size || oldestAt < since;
    const listing = listingOf(complete ? newest : await this.#forward(symbol, since), since);
    const last = listing.rows.at(-1);
    if (last !== undefined) this.#anchors.set(symbol, { id: last.tradeId, at: last.at });
    return listing;
  }

  async #forward(symbol: MarketSymbol, since: Millis): Promise<Iterable<TradeRow>> {
    const anchor = this.#anchors.get(symbol);
    let from: string = anchor !== undefined && anchor.at < since ? anchor.id : FROM_THE_START;
    const found = new Map<string, TradeRow>();
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page = await this.#page(symbol, this.#quirks.fromId(from));
      const known = found.size;
      for (const row of page) found.set(row.key, row);
      if (page.length < this.#quirks.size) return found.values();
      if (found.size === known)
        throw gatewayFailed(`own trades of ${symbol}`, new Error('a page brought nothing new'));
      // A row that says no id cannot be asked on from; the next page begins before it.
      from = page.findLast(({ id }) => id !== undefined)?.id ?? from;
    }
    throw gatewayFailed(`own trades of ${symbol}`, new Error(`more than ${PAGES_MAX} pages`));
  }

  async #page(symbol: MarketSymbol, params: CcxtParams): Promise<readonly TradeRow[]> {
    return tradeRows(symbol, await this.#fetch(symbol, params), this.#reading);
  }
}
