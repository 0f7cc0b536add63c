/**
 * Public channels: `trades` and `trades-all`, `tickers`, `books`, `books5`, `bbo-tbt` and `candle…`. Trades and final
 * candles go out as they happen; the rest is collected and goes out with {@link MarketChannels.flush} at OKX's pace.
 */
import type { Market, PublicTrade } from '../../market/market.ts';
import { candleNowMs } from '../../market/stamps.ts';
import type { JsonObject } from '../shared/json.ts';
import { Subscriptions } from '../shared/subscriptions.ts';
import type { MessageKind } from '../venue.ts';
import { BookView } from './bookView.ts';
import { BAR_NAMES, endedRow, formingRow } from './candles.ts';
import type { OkxContext } from './context.ts';
import { bookRow, tickerRow, tradeRow } from './marketData.ts';
import type { Peer } from './peers.ts';
import { instIdOf, timeText } from './text.ts';

/** Wall-clock pace of the collected channels. Source: each channel's page. */
const BOOK_MS = 100;
const TICKER_MS = 100;
const CANDLE_MS = 1_000;
/** A book channel without changes shows after this time that it is alive. */
const QUIET_MS = 60_000;
const BOOK_LEVELS = 400;
/** Minutes that may be late at once. */
const LATE_MAX = 100;

const CANDLE = 'candle';
const CANDLE_CHANNELS: readonly string[] = BAR_NAMES.map((name) => CANDLE + name);

/** What is sent of a channel, besides what names it. */
type Push = Readonly<Record<string, unknown>>;

/** A channel that sends the same few levels whole when they change. */
interface TopChannel {
  readonly name: string;
  readonly levels: number;
  readonly everyMs: number;
  lastText: string;
  dueMs: number;
  sentMs: number;
}

interface MarketState {
  readonly market: Market;
  readonly instId: string;
  readonly tops: readonly TopChannel[];
  book: BookView | undefined;
  bookDueMs: number;
  bookSentMs: number;
  hasTraded: boolean;
  isTickerChanged: boolean;
  tickerDueMs: number;
  candleDueMs: number;
  /** Ends of minutes whose bars are still shown as open. */
  readonly late: number[];
}

/** Who listens to which public channel, and what is still to be sent. */
export class MarketChannels {
  readonly #context: OkxContext;
  readonly #subscriptions = new Subscriptions<Peer>();
  readonly #states = new Map<Market, MarketState>();
  #nowMs = 0;

  constructor(context: OkxContext) {
    this.#context = context;
    for (const market of context.directory.all()) this.#states.set(market, makeState(market));
    context.world.observe({
      onPublicTrade: (market, trade) => {
        this.#onTrade(this.#state(market), trade);
      },
      onLevel: (market) => {
        this.#state(market).isTickerChanged = true;
      },
      onMinute: (market, _closed, endMs) => {
        this.#onMinute(this.#state(market), endMs);
      },
    });
  }

  /** The channel must be one that {@link isMarketChannel} knows. Sends what it starts with. */
  subscribe(peer: Peer, channel: string, market: Market): void {
    const state = this.#state(market);
    const key = keyOf(channel, state.instId);
    if (channel === 'books') this.#startBook(state, peer);
    this.#subscriptions.add(key, peer);
    const top = state.tops.find(({ name }) => name === channel);
    if (top !== undefined) this.#send(state, channel, [peer], topPush(state, top, this.#now));
    if (channel === 'tickers') this.#send(state, channel, [peer], this.#tickerPush(state));
    if (channel.startsWith(CANDLE))
      this.#send(state, channel, [peer], this.#formingPush(state, channel));
  }

  unsubscribe(peer: Peer, channel: string, market: Market): void {
    this.#subscriptions.remove(keyOf(channel, this.#state(market).instId), peer);
  }

  drop(peer: Peer): void {
    this.#subscriptions.removeAll(peer);
  }

  /** Sends what was collected and is due. */
  flush(paceMs: number): void {
    this.#nowMs = paceMs;
    for (const state of this.#states.values()) {
      const [first, ...others] = state.tops;
      if (first !== undefined) this.#flushTop(state, first);
      if (paceMs >= state.bookDueMs) this.#flushBook(state);
      for (const top of others) this.#flushTop(state, top);
      if (state.isTickerChanged && paceMs >= state.tickerDueMs) this.#flushTicker(state);
      this.#flushLate(state, (endMs) => {
        this.#closeMinute(state, endMs);
      });
      if (state.hasTraded && paceMs >= state.candleDueMs) this.#flushCandles(state);
    }
  }

  get #now(): number {
    return this.#context.world.nowMs;
  }

  #state(market: Market): MarketState {
    const state = this.#states.get(market);
    if (state === undefined) throw new Error(`no channels of ${market.instrument.id}`);
    return state;
  }

  #publish(state: MarketState, channel: string, push: () => Push): void {
    const key = keyOf(channel, state.instId);
    if (!this.#subscriptions.has(key)) return;
    this.#send(state, channel, this.#subscriptions.of(key), push());
  }

  #send(state: MarketState, channel: string, peers: Iterable<Peer>, push: Push): void {
    const { instId, market } = state;
    const text = JSON.stringify({ arg: { channel, instId }, ...push });
    const message = {
      text,
      kind: kindOf(channel),
      symbol: market.instrument.id,
      stream: keyOf(channel, instId),
    };
    for (const peer of peers) peer.send(message);
  }

  #onTrade(state: MarketState, trade: PublicTrade): void {
    state.hasTraded = true;
    state.isTickerChanged = true;
    const { market } = state;
    const row = (): JsonObject => tradeRow(market, trade);
    const seqId = market.book.updateId;
    this.#publish(state, 'trades', () => ({ data: [{ ...row(), count: '1', seqId }] }));
    this.#publish(state, 'trades-all', () => ({ data: [row()] }));
  }

  /** The final rows of all bars that end, at once or as late as they are shown. */
  #onMinute(state: MarketState, endMs: number): void {
    const { late, market } = state;
    if (market.stamps.candleLateMs === 0 && late.length === 0) this.#closeMinute(state, endMs);
    else if (late.length < LATE_MAX) late.push(endMs);
  }

  #flushLate({ late, market }: MarketState, close: (endMs: number) => void): void {
    const asOfMs = candleNowMs(market, this.#now);
    for (let endMs = late[0]; endMs !== undefined && endMs <= asOfMs; endMs = late[0]) {
      late.shift();
      close(endMs);
    }
  }

  #closeMinute(state: MarketState, endMs: number): void {
    for (const channel of CANDLE_CHANNELS) {
      if (!this.#subscriptions.has(keyOf(channel, state.instId))) continue;
      const row = endedRow(state.market, channel.slice(CANDLE.length), endMs);
      if (row !== undefined) this.#publish(state, channel, () => ({ data: [row] }));
    }
  }

  #flushCandles(state: MarketState): void {
    state.hasTraded = false;
    state.candleDueMs = this.#nowMs + CANDLE_MS;
    for (const channel of CANDLE_CHANNELS)
      this.#publish(state, channel, () => this.#formingPush(state, channel));
  }

  #formingPush({ market }: MarketState, channel: string): Push {
    const row = formingRow(market, channel.slice(CANDLE.length), this.#now);
    return { data: row === undefined ? [] : [row] };
  }

  #flushTicker(state: MarketState): void {
    state.isTickerChanged = false;
    state.tickerDueMs = this.#nowMs + TICKER_MS;
    this.#publish(state, 'tickers', () => this.#tickerPush(state));
  }

  #tickerPush({ market }: MarketState): Push {
    return { data: [tickerRow(market, this.#now)] };
  }

  #flushTop(state: MarketState, top: TopChannel): void {
    const isQuiet = this.#nowMs - top.sentMs >= QUIET_MS;
    if (this.#nowMs < top.dueMs || !this.#subscriptions.has(keyOf(top.name, state.instId))) return;
    const { asks, bids } = bookRow(state.market, top.levels, 0);
    const text = JSON.stringify([asks, bids]);
    if (text === top.lastText && !isQuiet) return;
    top.lastText = text;
    top.dueMs = this.#nowMs + top.everyMs;
    top.sentMs = this.#nowMs;
    this.#publish(state, top.name, () => topPush(state, top, this.#now));
  }

  /** Brings everybody who listens already to the present book, so that the newcomer's snapshot fits the same sequence. */
  #startBook(state: MarketState, peer: Peer): void {
    if (this.#subscriptions.has(keyOf('books', state.instId))) this.#flushBook(state);
    else state.book = undefined;
    state.book ??= new BookView(state.market, BOOK_LEVELS);
    const { asks, bids } = bookRow(state.market, BOOK_LEVELS, 0);
    const row = { asks, bids, ...this.#sequence(-1, state.book.seqId) };
    this.#send(state, 'books', [peer], { action: 'snapshot', data: [row] });
  }

  #flushBook(state: MarketState): void {
    const { book } = state;
    if (book === undefined || !this.#subscriptions.has(keyOf('books', state.instId))) return;
    state.bookDueMs = this.#nowMs + BOOK_MS;
    const prevSeqId = book.seqId;
    const change = book.advance();
    if (change === undefined && this.#nowMs - state.bookSentMs < QUIET_MS) return;
    state.bookSentMs = this.#nowMs;
    const { asks, bids } = change ?? { asks: [], bids: [] };
    const row = { asks, bids, ...this.#sequence(prevSeqId, book.seqId) };
    this.#publish(state, 'books', () => ({ action: 'update', data: [row] }));
  }

  /** The checksum has been 0 since June 2026: continuity is in the sequence ids alone. */
  #sequence(prevSeqId: number, seqId: number): JsonObject {
    return { ts: timeText(this.#now), checksum: 0, prevSeqId, seqId };
  }
}

/** Whether there is such a channel on an address. */
export function isMarketChannel(channel: string, address: 'public' | 'business'): boolean {
  if (address === 'public')
    return ['trades', 'tickers', 'books', 'books5', 'bbo-tbt'].includes(channel);
  return channel === 'trades-all' || CANDLE_CHANNELS.includes(channel);
}

/** A channel of one instrument: the name streams go by. */
export function keyOf(channel: string, instId: string): string {
  return `${channel}:${instId}`;
}

function kindOf(channel: string): MessageKind {
  if (channel.startsWith('books')) return 'depth';
  if (channel.startsWith('trades')) return 'trade';
  if (channel === 'bbo-tbt') return 'quote';
  return channel.startsWith(CANDLE) ? 'candle' : 'ticker';
}

function makeState(market: Market): MarketState {
  const top = (name: string, levels: number, everyMs: number): TopChannel => ({
    name,
    levels,
    everyMs,
    lastText: '',
    dueMs: 0,
    sentMs: 0,
  });
  return {
    market,
    instId: instIdOf(market.instrument),
    // In the order in which OKX sends them; `books` comes in between.
    tops: [top('bbo-tbt', 1, 0), top('books5', 5, BOOK_MS)],
    book: undefined,
    bookDueMs: 0,
    bookSentMs: 0,
    hasTraded: false,
    isTickerChanged: false,
    tickerDueMs: 0,
    candleDueMs: 0,
    late: [],
  };
}

function topPush(state: MarketState, top: TopChannel, nowMs: number): Push {
  const row = bookRow(state.market, top.levels, nowMs);
  return { data: [top.name === 'books5' ? { ...row, instId: state.instId } : row] };
}
