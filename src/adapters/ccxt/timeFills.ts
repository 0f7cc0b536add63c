import type { Fill } from '../../core/domain/fill.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import { DAY_MS, type Millis } from '../../core/domain/time.ts';
import type { Listing } from '../../ports/listing.ts';
import { gatewayFailed } from './errors.ts';
import { listingOf, tradeRows, type TradeReading, type TradeRow } from './tradeRows.ts';

const PAGES_MAX = 1_000;
/** Where time is asked for in pieces, nothing older than this is kept (Bybit, two years). */
const WINDOWED_MS_MAX = 730 * DAY_MS;

/** A stretch of time, both ends included; `to` undefined: up to now. */
interface Stretch {
  readonly from: Millis;
  readonly to: Millis | undefined;
}

/** Asks for one page of own trades of a stretch of time: the newest or the oldest of it, as the exchange likes. */
export type FetchStretch = (stretch: Stretch) => Promise<unknown>;

export interface TimePages {
  /** Rows of a full page. */
  readonly size: number;
  /** Most time that one question may span, and the time it is; absent where there is no such limit. */
  readonly window?: { readonly ms: number; readonly now: Millis };
  readonly fetch: FetchStretch;
  readonly reading?: TradeReading;
}

/**
 * Own executions at or after `since`, complete, ascending by time, at an exchange that pages by time only. A full page may have
 * left out older or newer ones: both sides of it are asked for, overlapping by a millisecond, until a page is not full.
 * @throws Error `GATEWAY_FAILED`, also when more trades than a page holds share one millisecond.
 */
export async function fillsByTime(
  { symbol, since }: { readonly symbol: MarketSymbol; readonly since: Millis },
  { size, window, fetch, reading }: TimePages,
): Promise<Listing<Fill>> {
  const found = new Map<string, TradeRow>();
  const open: Stretch[] = stretches(since, window);
  for (let pages = 0; open.length > 0; pages += 1) {
    if (pages >= PAGES_MAX) throw incomplete(symbol, `more than ${PAGES_MAX} pages`);
    const stretch = open.pop() ?? { from: since, to: undefined };
    const page = tradeRows(symbol, await fetch(stretch), reading);
    const known = found.size;
    for (const row of page) found.set(row.key, row);
    if (page.length < size) continue;
    if (found.size === known) throw incomplete(symbol, 'a full page brought nothing new');
    const times = page.flatMap(({ at }) => at ?? []);
    if (times.length === 0) throw incomplete(symbol, 'no row of a full page says its time');
    open.push(...besides(times, stretch));
  }
  const { rows, unreadable } = listingOf(found.values(), since);
  const ascending = rows.toSorted((a, b) => a.at - b.at || (a.tradeId < b.tradeId ? -1 : 1));
  return { rows: ascending, unreadable };
}

/** The time from then on, in pieces that may be asked for. */
function stretches(since: Millis, window: TimePages['window']): Stretch[] {
  if (window === undefined) return [{ from: since, to: undefined }];
  const found: Stretch[] = [];
  let from = Math.max(since, window.now - WINDOWED_MS_MAX);
  for (; from + window.ms < window.now; from += window.ms)
    found.push({ from, to: from + window.ms });
  return [...found, { from, to: undefined }];
}

/** What of a stretch a full page may not cover: its own first and last milliseconds are among it. */
function besides(times: readonly Millis[], { from, to }: Stretch): readonly Stretch[] {
  return [
    { from, to: Math.min(...times) },
    { from: Math.max(...times), to },
  ];
}

function incomplete(symbol: MarketSymbol, why: string): Error {
  return gatewayFailed(`own trades of ${symbol}`, new Error(why));
}
