/** Our own bounded queue between sockets and the engine: readers only push, the loop drains in turns. */
import type { EngineEvent } from '../core/domain/events.ts';
import type { MarketEvent } from '../ports/marketFeed.ts';

/** Market events waiting at most; beyond it the oldest trade or quote is dropped and counted, bars never are. */
export const MARKET_EVENTS_MAX = 65_536;
/** Events handled in one turn of the event loop before timers and sockets get theirs. */
export const EVENTS_PER_TURN = 32_768;

type Handler = (event: EngineEvent) => void;

export class Inbox {
  readonly #handle: Handler;
  #urgent: EngineEvent[] = [];
  #market: MarketEvent[] = [];
  #next = 0;
  #scheduled = false;
  #closed = false;
  /** Trades and quotes dropped because the engine could not keep up. */
  dropped = 0;
  /** Events handled since the start. */
  handled = 0;

  constructor(handle: Handler) {
    this.#handle = handle;
  }

  /** Events waiting. */
  get depth(): number {
    return this.#urgent.length + this.#market.length - this.#next;
  }

  /** Private and control events: never dropped, handled before market data. */
  urgent(event: EngineEvent): void {
    if (this.#closed) return;
    this.#urgent.push(event);
    this.#schedule();
  }

  /** Market data; may push out an older trade or quote when full. */
  market(event: MarketEvent): void {
    if (this.#closed) return;
    if (this.#market.length - this.#next >= MARKET_EVENTS_MAX) this.#makeRoom();
    this.#market.push(event);
    this.#schedule();
  }

  /** Handles everything that waits, now. */
  drain(): void {
    while (this.depth > 0 && !this.#closed) this.#turn();
  }

  close(): void {
    this.#closed = true;
    this.#urgent = [];
    this.#market = [];
    this.#next = 0;
  }

  #makeRoom(): void {
    const waiting = this.#market.slice(this.#next);
    const kept = waiting.filter(
      (event, index) => event.kind === 'candle' || index >= waiting.length / 2,
    );
    this.dropped += waiting.length - kept.length;
    this.#market = kept;
    this.#next = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#closed) return;
      this.#turn();
      if (this.depth > 0) this.#schedule();
    });
  }

  #turn(): void {
    for (let count = 0; count < EVENTS_PER_TURN; count += 1) {
      const event = this.#take();
      if (!event) return;
      this.handled += 1;
      this.#handle(event);
    }
  }

  #take(): EngineEvent | undefined {
    if (this.#urgent.length > 0) return this.#urgent.shift();
    const event = this.#market[this.#next];
    if (!event) return undefined;
    this.#next += 1;
    if (this.#next === this.#market.length) {
      this.#market = [];
      this.#next = 0;
    }
    return event;
  }
}
