/** The bars of one market as streams: final rows as a bar closes, the open bar's row while prints come in. */
import type { Market } from '../../market/market.ts';
import { candleNowMs } from '../../market/stamps.ts';
import { HOUR_MS, MINUTE_MS } from '../../market/timeframes.ts';
import type { Channels } from './connections.ts';
import type { Interval } from '../shared/intervals.ts';
import { INTERVALS, openOf } from '../shared/intervals.ts';
import { barAt } from './klines.ts';
import { klineEvent } from './marketShapes.ts';

/** Pace of the open bar's rows. */
const EVERY_MS = 250;
/** Seconds of market time that one flush catches up at most. */
const SECONDS_MAX = 120;
/** Minutes that may be late at once. */
const LATE_MAX = 100;
/** The time zone that a name may end with, besides UTC. */
const SHIFTED = { suffix: '@+08:00', shiftMs: 8 * HOUR_MS };

interface KlineStream {
  readonly channel: string;
  readonly interval: Interval;
  readonly shiftMs: number;
}

/** The kline streams of one market. */
export class KlineStreams {
  readonly #market: Market;
  readonly #channels: Channels;
  readonly #streams: readonly KlineStream[];
  readonly #seconds: KlineStream;
  #hasTraded = false;
  #dueMs = 0;
  /** Market time up to which seconds are final and sent. */
  #secondsToMs = 0;
  /** Ends of minutes whose bars are still shown as open. */
  readonly #late: number[] = [];

  constructor(market: Market, channels: Channels) {
    const name = market.instrument.id.toLowerCase();
    this.#market = market;
    this.#channels = channels;
    const stream = (interval: Interval): KlineStream => ({
      channel: `${name}@kline_${interval}`,
      interval,
      shiftMs: 0,
    });
    this.#seconds = stream('1s');
    const long = INTERVALS.filter((interval) => interval !== '1s').map(stream);
    const { suffix, shiftMs } = SHIFTED;
    this.#streams = [
      ...long,
      ...long.map((each) => ({ ...each, channel: each.channel + suffix, shiftMs })),
    ];
  }

  onTrade(): void {
    this.#hasTraded = true;
  }

  /** A minute has ended: at once, or as late as its bars are shown. */
  onMinute(endMs: number): void {
    if (this.#market.stamps.candleLateMs === 0 && this.#late.length === 0)
      this.#close(endMs, endMs);
    else if (this.#late.length < LATE_MAX) this.#late.push(endMs);
  }

  /** Final rows of every bar that ends with a minute, then the new bars' first rows. */
  #close(endMs: number, eventMs: number): void {
    for (const stream of this.#streams) {
      if (!this.#channels.has(stream.channel)) continue;
      if (openOf(stream.interval, endMs, stream.shiftMs) !== endMs) continue;
      this.#publish(stream, endMs - MINUTE_MS, { eventMs, isFinal: true });
      this.#publish(stream, endMs, { eventMs, isFinal: false });
    }
  }

  /** Sends what is due. */
  flush(paceMs: number, nowMs: number): void {
    this.#flushSeconds(nowMs);
    const asOfMs = candleNowMs(this.#market, nowMs);
    for (let endMs = this.#late[0]; endMs !== undefined && endMs <= asOfMs; endMs = this.#late[0]) {
      this.#late.shift();
      this.#close(endMs, nowMs);
    }
    if (!this.#hasTraded || paceMs < this.#dueMs) return;
    this.#hasTraded = false;
    this.#dueMs = paceMs + EVERY_MS;
    for (const stream of this.#streams) {
      if (this.#channels.has(stream.channel))
        this.#publish(stream, asOfMs, { eventMs: nowMs, isFinal: false });
    }
  }

  #flushSeconds(nowMs: number): void {
    const endMs = openOf('1s', nowMs);
    if (this.#channels.has(this.#seconds.channel)) {
      const fromMs = Math.max(this.#secondsToMs, endMs - SECONDS_MAX * 1_000);
      for (let ms = fromMs; ms < endMs; ms += 1_000)
        this.#publish(this.#seconds, ms, { eventMs: ms + 1_000, isFinal: true });
    }
    this.#secondsToMs = endMs;
  }

  #publish(stream: KlineStream, ms: number, state: { eventMs: number; isFinal: boolean }): void {
    const market = this.#market;
    const bar = barAt(market, stream.interval, ms, stream.shiftMs);
    if (bar === undefined) return;
    this.#channels.publish(stream.channel, () => klineEvent(market, stream.interval, bar, state));
  }
}
