/** Who moves the market's time, and how fast: with the wall, step by step, or as fast as the clients take it. */
import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import type { World } from './market/world.ts';
import { MarketClock } from './marketClock.ts';

/** Market time cannot run faster than this with the wall: an hour per second. */
export const SPEED_MAX = 3_600;
/** The longest way that is gone in one request: what a year of minute bars holds. */
export const STEP_MS_MAX = 366 * 86_400_000;
/** Market time between two looks at the clients: small enough that a bar is never jumped over. */
const SLICE_MS = 250;
/** Wall time that the market may take of one tick; the rest is for requests. */
const BUDGET_MS = 12;

/** Market seconds per wall second, or `max`: as fast as the clients take what is sent. */
export type Speed = number | 'max';

/** How the market's time stands. */
export interface TimeReading {
  /** Market time, epoch milliseconds. */
  readonly market_time: number;
  readonly speed: Speed;
  readonly paused: boolean;
}

/** What the drive must know of the wire. */
interface Traffic {
  /** Open websocket connections. */
  readonly connections: number;
  /** Bytes that clients have not taken, and requests and messages under way. */
  readonly pending: number;
  /** Sends what streams have collected, to the last byte that the system takes. */
  flush(): void;
}

export class MarketDrive {
  readonly #world: World;
  readonly #traffic: () => Traffic;
  #clock: MarketClock;
  #speed: Speed;
  #isPaused: boolean;
  /** Market time that went by in races. */
  #racedMs = 0;
  /** Jumps follow one another. */
  #jumping: Promise<void> = Promise.resolve();

  constructor(options: { world: World; speed: Speed; isPaused: boolean; traffic: () => Traffic }) {
    this.#world = options.world;
    this.#traffic = options.traffic;
    this.#speed = options.speed;
    this.#isPaused = options.isPaused;
    this.#clock = this.#freshClock();
  }

  get reading(): TimeReading {
    return { market_time: this.#world.nowMs, speed: this.#speed, paused: this.#isPaused };
  }

  /**
   * Time that streams are paced by: the wall's, and the market's while it races. A client whose trades come by the hour
   * must not see the book of an hour ago.
   */
  get paceMs(): number {
    return performance.now() + this.#racedMs;
  }

  /** Market time stands still; orders and questions are still answered. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    if (this.#isPaused) this.#clock = this.#freshClock();
    this.#isPaused = false;
  }

  setSpeed(speed: Speed): void {
    this.#speed = speed;
    this.#clock = this.#freshClock();
  }

  /** Pauses the market and moves it on to `toMs`, minding nobody's pace; resolves when it is there. */
  jump(toMs: number): Promise<void> {
    this.#isPaused = true;
    const going = this.#jumping.then(() => this.#go(toMs));
    this.#jumping = going.catch(() => undefined);
    return going;
  }

  /** Moves the market as far as it has come since the last tick. Called every few milliseconds of wall time. */
  tick(): void {
    if (this.#isPaused) return;
    if (this.#speed === 'max') this.#race();
    else this.#world.advanceTo(this.#clock.advance());
  }

  /** With nobody connected the market waits: a recording must not be over before the client is there. */
  #race(): void {
    const endMs = performance.now() + BUDGET_MS;
    while (performance.now() < endMs && !this.#world.isEnded) {
      const traffic = this.#traffic();
      if (traffic.connections === 0 || traffic.pending > 0) return;
      this.#world.advanceTo(this.#world.nowMs + SLICE_MS);
      this.#racedMs += SLICE_MS;
      traffic.flush();
    }
  }

  async #go(toMs: number): Promise<void> {
    let sinceMs = performance.now();
    while (this.#world.nowMs < toMs && !this.#world.isEnded) {
      this.#world.advanceTo(Math.min(toMs, this.#world.nowMs + SLICE_MS));
      if (performance.now() - sinceMs < BUDGET_MS) continue;
      this.#traffic().flush();
      await turn();
      sinceMs = performance.now();
    }
    this.#traffic().flush();
  }

  #freshClock(): MarketClock {
    const speed = this.#speed === 'max' ? 1 : this.#speed;
    const monotonicMs = (): number => performance.now();
    return new MarketClock({ startMs: this.#world.nowMs, speed, monotonicMs });
  }
}
