/**
 * A small seeded market on the simulated exchange's engine: the mid price walks, the house quotes a thin book around it, takers
 * come by. Users' orders meet it in the engine like anybody else's. Cheaper by far than the full synthetic market, and wilder.
 */
import type { Bar } from '../../src/core/domain/market.ts';
import { marketSymbol, type MarketSymbol } from '../../src/core/domain/ids.ts';
import type { MarketEvent } from '../../src/ports/marketFeed.ts';
import type { Engine } from '../../src/simulator/engine/engine.ts';
import type { Instrument, Trade } from '../../src/simulator/engine/types.ts';
import { HouseQuotes } from '../../src/simulator/market/house.ts';
import type { Dice } from './dice.ts';

const MINUTE_MS = 60_000;

/** House levels per side, and their distance as a part of the price. */
const LEVELS = 4;
const LEVEL_GAP = 0.0004;
/** Quote value of a house level, lowest and highest. */
const LEVEL_QUOTE = [20, 200] as const;
/** Standard deviation of the mid per √minute; a jump's size and its chance per tick. */
const VOLATILITY = 0.0025;
const JUMP = 0.015;
const JUMP_CHANCE = 0.01;
/** Chance per tick that a taker comes by, and how far it reaches. */
const TAKER_CHANCE = 0.7;
const TAKER_REACH = 0.003;

export class SimMarket {
  readonly symbol: MarketSymbol;
  readonly instrument: Instrument;
  /** Closed one-minute bars, ascending without gaps. */
  readonly bars: Bar[] = [];
  /**
   * While nobody trades here: the book stands, and the streams say nothing, or no more than that bars of nothing come and go.
   * Undefined while it is a market like any other.
   */
  quiet: 'silent' | 'bars' | undefined;
  /** Falls while below zero: a crash that hits stop-losses. Per tick. */
  drift = 0;
  readonly #house: HouseQuotes;
  readonly #dice: Dice;
  #mid: number;
  #forming: Bar;
  #trades: Trade[] = [];

  constructor(
    engine: Engine,
    instrument: Instrument,
    { startPrice, startMs, dice }: { startPrice: number; startMs: number; dice: Dice },
  ) {
    this.symbol = marketSymbol(`${instrument.base}/${instrument.quote}`);
    this.instrument = instrument;
    this.#house = new HouseQuotes(engine, instrument);
    this.#dice = dice;
    this.#mid = startPrice * 10 ** instrument.priceDecimals;
    this.#forming = flatBar(startMs, startPrice);
  }

  /** Price of the last trade, quote per base. */
  get lastPrice(): number {
    return this.#forming.close;
  }

  /** Writes a past of so many bars, ending now, and quotes the first book. */
  begin(bars: number, nowMs: number): void {
    let price = this.lastPrice;
    for (let back = 1; back <= bars; back += 1) {
      const open = price * Math.exp(VOLATILITY * this.#dice.normal());
      const [high, low] = [Math.max(open, price) * 1.0005, Math.min(open, price) * 0.9995];
      const openTime = this.#forming.openTime - back * MINUTE_MS;
      this.bars.unshift({ openTime, open, high, low, close: price, volume: 1 });
      price = open;
    }
    this.#quote(nowMs);
  }

  /** The engine matched something here. */
  traded(trade: Trade): void {
    this.#trades.push(trade);
    const bar = this.#forming;
    const price = this.#price(trade.ticks);
    const volume = bar.volume + trade.lots / 10 ** this.instrument.lotDecimals;
    const [high, low] = [Math.max(bar.high, price), Math.min(bar.low, price)];
    this.#forming = { ...bar, high, low, close: price, volume };
  }

  /** Lets a tick of market time pass; returns what the public streams say about it. */
  tick(nowMs: number, tickMs: number): MarketEvent[] {
    const closed: Bar[] = [];
    while (this.#forming.openTime + MINUTE_MS <= nowMs) closed.push(this.#closeBar());
    if (this.quiet !== undefined) return this.quiet === 'bars' ? this.#news(closed, nowMs) : [];
    const sd = VOLATILITY * Math.sqrt(tickMs / MINUTE_MS);
    const jump = this.#dice.chance(JUMP_CHANCE) ? JUMP * (this.#dice.roll() * 2 - 1) : 0;
    this.#mid *= Math.exp(sd * this.#dice.normal() + jump + this.drift);
    this.#quote(nowMs);
    if (this.#dice.chance(TAKER_CHANCE)) this.#takerComes(nowMs);
    return this.#news(closed, nowMs);
  }

  /** Has a resting order of a user filled in part, at its own price. */
  takeFrom(side: 'BUY' | 'SELL', ticks: number, lots: number, nowMs: number): void {
    this.#house.take(side === 'BUY' ? 'SELL' : 'BUY', ticks, lots, nowMs);
  }

  #news(closed: readonly Bar[], nowMs: number): MarketEvent[] {
    const { symbol } = this;
    const trades = this.#trades.map((trade) => ({
      kind: 'trade' as const,
      at: trade.timeMs,
      symbol,
      price: this.#price(trade.ticks),
      amount: trade.lots / 10 ** this.instrument.lotDecimals,
      side: trade.takerSide === 'BUY' ? ('buy' as const) : ('sell' as const),
    }));
    this.#trades = [];
    const candle = (bar: Bar, isClosed: boolean): MarketEvent => ({
      kind: 'candle',
      at: isClosed ? bar.openTime + MINUTE_MS : nowMs,
      symbol,
      timeframe: '1m',
      ...bar,
      closed: isClosed,
    });
    const bars = closed.map((bar) => candle(bar, true));
    return [...trades, ...bars, candle(this.#forming, false), this.#touch(nowMs)];
  }

  #touch(at: number): MarketEvent {
    const { bids, asks } = this.#house.book;
    const [bid, ask] = [bids.best(), asks.best()];
    const lotScale = 10 ** this.instrument.lotDecimals;
    return {
      kind: 'quote',
      at,
      symbol: this.symbol,
      bid: this.#price(bid?.ticks ?? this.#mid),
      bidSize: (bid?.lots ?? 0) / lotScale,
      ask: this.#price(ask?.ticks ?? this.#mid),
      askSize: (ask?.lots ?? 0) / lotScale,
    };
  }

  #closeBar(): Bar {
    const bar = this.#forming;
    this.bars.push(bar);
    this.#forming = flatBar(bar.openTime + MINUTE_MS, bar.close);
    return bar;
  }

  #quote(nowMs: number): void {
    const mid = this.#mid;
    const gap = Math.max(1, Math.round(mid * LEVEL_GAP));
    const reach = gap * (LEVELS + 2);
    this.#house.cancelWhere('BUY', (ticks) => ticks >= mid || ticks < mid - reach, nowMs);
    this.#house.cancelWhere('SELL', (ticks) => ticks <= mid || ticks > mid + reach, nowMs);
    const cell = Math.floor(mid / gap);
    for (let level = 0; level < LEVELS; level += 1) {
      this.#quoteAt('BUY', (cell - level) * gap - 1, nowMs);
      this.#quoteAt('SELL', (cell + 1 + level) * gap + 1, nowMs);
    }
  }

  #quoteAt(side: 'BUY' | 'SELL', ticks: number, nowMs: number): void {
    if (this.#house.lotsAt(side, ticks) > 0) return;
    const value = this.#dice.between(LEVEL_QUOTE[0], LEVEL_QUOTE[1]);
    this.#house.quote({ side, ticks, lots: this.#lotsFor(value), type: 'LIMIT' }, nowMs);
  }

  #takerComes(nowMs: number): void {
    const side = this.#dice.chance(0.5) ? 'BUY' : 'SELL';
    const reach = side === 'BUY' ? 1 + TAKER_REACH : 1 - TAKER_REACH;
    const value = this.#dice.between(LEVEL_QUOTE[0], 2 * LEVEL_QUOTE[1]);
    this.#house.take(side, Math.round(this.#mid * reach), this.#lotsFor(value), nowMs);
  }

  #lotsFor(quote: number): number {
    const { lotDecimals } = this.instrument;
    return Math.max(1, Math.round((quote / this.#price(this.#mid)) * 10 ** lotDecimals));
  }

  #price(ticks: number): number {
    return Number((ticks / 10 ** this.instrument.priceDecimals).toFixed(8));
  }
}

function flatBar(openTime: number, price: number): Bar {
  return { openTime, open: price, high: price, low: price, close: price, volume: 0 };
}
