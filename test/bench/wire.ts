/** What the stub exchange and its clients say to each other across processes. */

/** The stub exchange's bars begin here; market time, milliseconds. */
export const MARKET_START_MS = 1_760_000_040_000 - (1_760_000_040_000 % 60_000);
export const MINUTE_MS = 60_000;
/** Bars there are to warm up with. */
export const PAST_BARS = 1_500;
/** Price of bar n is BASE_PRICE + n ticks: so an order's price tells which bar it answers. */
export const BASE_PRICE = 50_000;
export const TICKS_PER_UNIT = 100;

export const CREDENTIALS = { apiKey: 'bench-key', secret: 'bench-secret' } as const;
/** Assets with a market against USDT at the stub exchange. */
export const BASES = ['BTC', 'ETH', 'SOL'] as const;

export interface ExchangeReady {
  readonly port: number;
}

/** One closed bar per interval; the answer tells how long each order took to come. */
export interface PaceRequest {
  readonly kind: 'pace';
  readonly frames: number;
  readonly intervalMs: number;
}

export interface PaceAnswer {
  /** Frame handed to the socket → POST received, milliseconds, both taken in the exchange's process. */
  readonly latenciesMs: readonly number[];
  /** Frames that no order answered in time. */
  readonly unanswered: number;
}

/** Trades of all markets, as fast as the reader takes them or at a steady rate. */
export interface FloodRequest {
  readonly kind: 'flood';
  readonly frames: number;
  readonly perS?: number;
}

export interface FloodAnswer {
  readonly bytes: number;
}

export type ExchangeMessage = PaceRequest | FloodRequest;

export interface BotRequest {
  readonly port: number;
  /** Database and embedded queue lie here. */
  readonly folder: string;
  readonly queue:
    | { readonly backend: 'direct' }
    | { readonly backend: 'embedded' }
    | { readonly backend: 'redis'; readonly url: string };
  /** orders: an order per bar of the first market · watch: a trend strategy per market that never orders. */
  readonly strategies: 'orders' | 'watch';
}

export type BotMessage =
  | { readonly kind: 'mark' }
  | { readonly kind: 'figures' }
  | { readonly kind: 'handled'; readonly events: number; readonly timeoutMs: number }
  | { readonly kind: 'stop' };

/** What the bot's process did since the last mark. */
export interface BotFigures {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly handled: number;
  readonly dropped: number;
  readonly orders: number;
  readonly rssMib: number;
}
