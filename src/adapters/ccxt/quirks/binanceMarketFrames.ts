/** Binance's market streams `trade`, `bookTicker` and `kline`, from parsed frames to events. The hot path: no copies, no caches. */
import type { MarketSymbol } from '../../../core/domain/ids.ts';
import type { Bar } from '../../../core/domain/market.ts';
import { isTimeframe, timeframeMs } from '../../../core/domain/time.ts';
import type { Millis } from '../../../core/domain/time.ts';
import type { FrameReader, MarketFrameSink, SymbolOf } from './quirks.ts';

/** `{"e":"trade","E":…,"s":"BTCUSDT","t":…,"p":"0.001","q":"100","T":…,"m":true}`; `m`: the buyer is the maker, so the taker sold. */
interface TradeFrame {
  readonly s: string;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

/** `{"u":400900217,"s":"BNBUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"}`: no event name, and no time. */
interface QuoteFrame {
  readonly s: string;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

/** `{"e":"kline","E":…,"s":"BNBBTC","k":{"t":…,"i":"1m","o":"…","c":"…","h":"…","l":"…","v":"…","x":false}}`; `x`: the bar is final. */
interface KlineFrame {
  readonly E: number;
  readonly s: string;
  readonly k: {
    readonly t: number;
    readonly i: string;
    readonly o: string;
    readonly h: string;
    readonly l: string;
    readonly c: string;
    readonly v: string;
    readonly x: boolean;
  };
}

interface AnyFrame {
  readonly e?: string;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly u?: number;
  readonly b?: unknown;
}

/** What is known of a market while its frames are read. */
interface Market {
  readonly symbol: MarketSymbol;
  /** Newest market time seen in trades and klines; quotes carry none. 0: nothing seen yet. */
  at: Millis;
}

function isBar({ open, high, low, close, volume }: Bar): boolean {
  return open > 0 && high > 0 && low > 0 && close > 0 && volume >= 0;
}

class Reader {
  readonly #symbolOf: SymbolOf;
  readonly #sink: MarketFrameSink;
  readonly #markets = new Map<string, Market>();

  constructor(symbolOf: SymbolOf, sink: MarketFrameSink) {
    this.#symbolOf = symbolOf;
    this.#sink = sink;
  }

  read(message: unknown): boolean {
    if (typeof message !== 'object' || message === null) return false;
    const frame = message as AnyFrame;
    switch (frame.e) {
      case 'trade':
        this.#trade(message as TradeFrame);
        return true;
      case 'kline':
        this.#kline(message as KlineFrame);
        return true;
      case undefined:
        break;
      default:
        return false;
    }
    if (frame.u !== undefined && frame.b !== undefined) {
      this.#quote(message as QuoteFrame);
      return true;
    }
    // ccxt wants to see the answer to a subscription, too.
    if (frame.id !== undefined && frame.result === null) this.#sink.subscribed();
    return false;
  }

  #trade(frame: TradeFrame): void {
    const market = this.#market(frame.s);
    const price = +frame.p;
    const amount = +frame.q;
    // Also false for NaN: a field that is missing or malformed.
    if (market === undefined || !(price > 0 && amount > 0 && frame.T > 0)) return;
    if (frame.T > market.at) market.at = frame.T;
    this.#sink.event({
      kind: 'trade',
      at: frame.T,
      symbol: market.symbol,
      price,
      amount,
      side: frame.m ? 'sell' : 'buy',
    });
  }

  #quote(frame: QuoteFrame): void {
    const market = this.#market(frame.s);
    const bid = +frame.b;
    const ask = +frame.a;
    if (market === undefined || market.at === 0 || !(bid > 0 && ask > 0)) return;
    this.#sink.event({
      kind: 'quote',
      at: market.at,
      symbol: market.symbol,
      bid,
      bidSize: +frame.B,
      ask,
      askSize: +frame.A,
    });
  }

  #kline(frame: KlineFrame): void {
    const market = this.#market(frame.s);
    const k = frame.k;
    if (market === undefined || !isTimeframe(k.i) || !(frame.E > 0)) return;
    const bar = { openTime: k.t, open: +k.o, high: +k.h, low: +k.l, close: +k.c, volume: +k.v };
    if (!isBar(bar)) return;
    if (frame.E > market.at) market.at = frame.E;
    const at = k.x ? k.t + timeframeMs(k.i) : frame.E;
    this.#sink.event({
      kind: 'candle',
      at,
      symbol: market.symbol,
      timeframe: k.i,
      ...bar,
      closed: k.x,
    });
  }

  #market(id: string): Market | undefined {
    const known = this.#markets.get(id);
    if (known !== undefined) return known;
    const symbol = this.#symbolOf(id);
    if (symbol === undefined) return undefined;
    const market = { symbol, at: 0 };
    this.#markets.set(id, market);
    return market;
  }
}

/**
 * Frames with missing or impossible numbers, or of a market that is not ours, are taken and dropped: they are no data.
 * A quote before the first trade or kline of its market is dropped: it has no time, and ours is not market time.
 */
export function readMarketFrames(symbolOf: SymbolOf, sink: MarketFrameSink): FrameReader {
  const reader = new Reader(symbolOf, sink);
  return (message) => reader.read(message);
}
