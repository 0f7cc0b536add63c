import type { Fill } from '../../core/domain/fill.ts';
import type { MarketSymbol } from '../../core/domain/ids.ts';
import type { Millis } from '../../core/domain/time.ts';
import { gatewayFailed } from './errors.ts';
import { fillsOf } from './fillPages.ts';

const PAGES_MAX = 1_000;

/** A stretch of time, both ends included; `to` undefined: up to now. */
interface Stretch {
  readonly from: Millis;
  readonly to: Millis | undefined;
}

/** Asks for one page of own trades of a stretch of time: the newest or the oldest of it, as the exchange likes. */
export type FetchStretch = (stretch: Stretch) => Promise<unknown>;

/**
 * Own executions at or after `since`, complete, ascending by time, at an exchange that pages by time only. A full page may have
 * left out older or newer ones: both sides of it are asked for, overlapping by a millisecond, until a page is not full.
 * @throws Error `GATEWAY_FAILED`, also when more trades than a page holds share one millisecond.
 */
export async function fillsByTime(
  { symbol, since }: { readonly symbol: MarketSymbol; readonly since: Millis },
  size: number,
  fetch: FetchStretch,
): Promise<readonly Fill[]> {
  const found = new Map<string, Fill>();
  const open: Stretch[] = [{ from: since, to: undefined }];
  for (let pages = 0; open.length > 0; pages += 1) {
    if (pages >= PAGES_MAX) throw incomplete(symbol, `more than ${PAGES_MAX} pages`);
    const stretch = open.pop() ?? { from: since, to: undefined };
    const page = fillsOf(symbol, await fetch(stretch));
    const known = found.size;
    for (const fill of page) found.set(`${fill.side} ${fill.tradeId}`, fill);
    if (page.length < size) continue;
    if (found.size === known) throw incomplete(symbol, 'a full page brought nothing new');
    open.push(...besides(page, stretch));
  }
  return [...found.values()]
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => a.at - b.at || (a.tradeId < b.tradeId ? -1 : 1));
}

/** What of a stretch a full page may not cover: its own first and last milliseconds are among it. */
function besides(page: readonly Fill[], { from, to }: Stretch): readonly Stretch[] {
  const times = page.map(({ at }) => at);
  return [
    { from, to: Math.min(...times) },
    { from: Math.max(...times), to },
  ];
}

function incomplete(symbol: MarketSymbol, why: string): Error {
  return gatewayFailed(`own trades of ${symbol}`, new Error(why));
}
