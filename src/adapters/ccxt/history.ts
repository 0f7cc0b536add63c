import type { Bar, SeriesKey } from '../../core/domain/market.ts';
import { timeframeMs } from '../../core/domain/time.ts';
import type { Millis } from '../../core/domain/time.ts';
import type { MarketFeed } from '../../ports/marketFeed.ts';
import { backoffMs } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import { pause, withDeadline } from './deadline.ts';
import { describe, isQuestionRefused } from './errors.ts';
import type { ExchangeSource } from './session.ts';
import { barOf, listOf } from './values.ts';

/** Rows asked for at once; exchanges that serve fewer answer with fewer. */
const PAGE_ROWS = 1_000;
const PAGES_MAX = 2_000;
const PAGE_DEADLINE_MS = 15_000;
const ATTEMPTS_MAX = 4;
const RETRY: Backoff = { baseMs: 500, maxMs: 8_000 };

type Query = Parameters<MarketFeed['history']>[1];

/** Past bars by REST, page by page. */
export class History {
  readonly #session: ExchangeSource;

  constructor(session: ExchangeSource) {
    this.#session = session;
  }

  /**
   * Closed bars. Whether a bar is closed is told by the exchange's own clock alone: it is, when a later bar exists. So the
   * newest bar of all is left out. Where an exchange lists no bars for times without trades, fewer than `limit` may come.
   * @throws Error `HISTORY_UNAVAILABLE`, `HISTORY_REFUSED` when asking again cannot help
   */
  async bars(key: SeriesKey, { from, to, limit }: Query): Promise<readonly Bar[]> {
    if (limit <= 0 || (from !== undefined && to !== undefined && from >= to)) return [];
    try {
      if (from !== undefined) return await this.#forward(key, from, to ?? Infinity, limit);
      return await this.#newest(key, to, limit);
    } catch (error) {
      const reason = describe(error, this.#session.secrets);
      // The cause would carry the signed or unredacted address along.
      const code = isQuestionRefused(error) ? 'HISTORY_REFUSED' : 'HISTORY_UNAVAILABLE';
      // eslint-disable-next-line preserve-caught-error -- the cause is told, redacted, in the message
      throw new Error(`${code}: ${key.symbol} ${key.timeframe}: ${reason}`);
    }
  }

  async #newest(key: SeriesKey, to: Millis | undefined, limit: number): Promise<readonly Bar[]> {
    if (to !== undefined)
      return this.#forward(key, to - limit * timeframeMs(key.timeframe), to, limit);
    const page = await this.#page(key, undefined, Math.min(limit + 1, PAGE_ROWS));
    const forming = page.at(-1);
    if (forming === undefined) return [];
    const older = await this.#older(key, page, limit + 1 - page.length);
    return [...older, ...page.slice(0, -1)].slice(-limit);
  }

  /** Bars before those of an answer, as many at a time as it had, until there are enough or the exchange has none. */
  async #older(key: SeriesKey, page: readonly Bar[], wanted: number): Promise<readonly Bar[]> {
    const spanMs = page.length * timeframeMs(key.timeframe);
    const found: Bar[] = [];
    let to = page[0]?.openTime ?? 0;
    for (let pages = 0; pages < PAGES_MAX && found.length < wanted; pages += 1) {
      const older = await this.#forward(key, to - spanMs, to, page.length);
      const [first] = older;
      if (first === undefined) break;
      found.unshift(...older);
      to = first.openTime;
    }
    return found;
  }

  /** Bars that open in [from, to), at most `limit`, the oldest first. */
  async #forward(key: SeriesKey, from: Millis, to: Millis, limit: number): Promise<readonly Bar[]> {
    const bars: Bar[] = [];
    let cursor = Math.max(from, 0);
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const rows = Math.min(limit - bars.length + 1, PAGE_ROWS);
      const page = (await this.#page(key, cursor, rows)).filter((bar) => bar.openTime >= cursor);
      const newest = page.at(-1);
      // The newest row of an answer may still be forming, also when the next answer has later ones: it is asked for again.
      bars.push(...page.slice(0, -1).filter((bar) => bar.openTime < to));
      const isLast = page.length <= 1 || bars.length >= limit;
      if (newest === undefined || isLast || newest.openTime >= to) return bars.slice(0, limit);
      cursor = newest.openTime;
    }
    throw new Error(`more than ${PAGES_MAX} pages: ask for less`);
  }

  async #page(key: SeriesKey, since: Millis | undefined, rows: number): Promise<readonly Bar[]> {
    const { clock } = this.#session.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { exchange } = await this.#session.lane('market');
        return readBars(
          await withDeadline(
            clock,
            PAGE_DEADLINE_MS,
            exchange.fetchOHLCV(key.symbol, key.timeframe, since, rows),
          ),
        );
      } catch (error) {
        if (attempt >= ATTEMPTS_MAX) throw error;
        await pause(clock, backoffMs(RETRY, attempt)).done;
      }
    }
  }
}

/** @throws Error when a row is not six numbers, or the rows are not ascending. */
function readBars(answer: unknown): readonly Bar[] {
  const rows = listOf(answer);
  if (rows === undefined) throw new Error('the answer is no list of bars');
  let newest = 0;
  return rows.map((row) => {
    const bar = barOf(row);
    if (bar === undefined) throw new Error('a bar is not six numbers');
    if (bar.openTime <= newest) throw new Error('bars are not in ascending order');
    newest = bar.openTime;
    return bar;
  });
}
