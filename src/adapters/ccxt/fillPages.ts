import type { Fill } from '../../core/domain/fill.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import { gatewayFailed } from './errors.ts';
import type { FillPaging } from './quirks/quirks.ts';
import { fillOf } from './reports.ts';
import type { CcxtParams } from './types.ts';
import { listOf } from './values.ts';

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
  /** The newest trade known when a symbol was last read: later reads need not begin at the start. */
  readonly #anchors = new Map<MarketSymbol, { readonly id: string; readonly at: Millis }>();

  constructor(quirks: PagesById, fetch: FetchPage) {
    this.#quirks = quirks;
    this.#fetch = fetch;
  }

  /** Executions at or after `since`, ascending by time, then by arrival. @throws Error `GATEWAY_FAILED` */
  async since(symbol: MarketSymbol, since: Millis): Promise<readonly Fill[]> {
    const newest = await this.#page(symbol, {});
    const oldest = newest[0];
    const complete = oldest === undefined || newest.length < this.#quirks.size || oldest.at < since;
    const fills = complete ? newest : await this.#forward(symbol, since);
    const last = fills.at(-1);
    if (last !== undefined) this.#anchors.set(symbol, { id: last.tradeId, at: last.at });
    return fills.filter((fill) => fill.at >= since);
  }

  async #forward(symbol: MarketSymbol, since: Millis): Promise<readonly Fill[]> {
    const anchor = this.#anchors.get(symbol);
    let from: string = anchor !== undefined && anchor.at < since ? anchor.id : FROM_THE_START;
    const found = new Map<string, Fill>();
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const page = await this.#page(symbol, this.#quirks.fromId(from));
      const known = found.size;
      for (const fill of page) found.set(`${fill.side} ${fill.tradeId}`, fill);
      const last = page.at(-1);
      if (last === undefined || page.length < this.#quirks.size) return [...found.values()];
      if (found.size === known)
        throw gatewayFailed(`own trades of ${symbol}`, new Error('a page brought nothing new'));
      from = last.tradeId;
    }
    throw gatewayFailed(`own trades of ${symbol}`, new Error(`more than ${PAGES_MAX} pages`));
  }

  async #page(symbol: MarketSymbol, params: CcxtParams): Promise<readonly Fill[]> {
    return fillsOf(symbol, await this.#fetch(symbol, params));
  }
}

/** The rows of an answer. @throws Error `GATEWAY_FAILED` unless each of them is a whole execution */
export function fillsOf(symbol: MarketSymbol, answer: unknown): readonly Fill[] {
  const rows = listOf(answer);
  if (rows === undefined)
    throw gatewayFailed(`own trades of ${symbol}`, new Error('the answer is no list'));
  return rows.map((row) => {
    const fill = fillOf(row, { symbol });
    if (fill === undefined)
      throw gatewayFailed(`own trades of ${symbol}`, new Error('a row is incomplete'));
    return fill;
  });
}
