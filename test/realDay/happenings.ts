/** What happens in a day: every kind of quiet, faults of the exchange, the network and the queue, and restarts. */
import type { RedisServer } from '../builders/orderQueues.ts';

/** What a happening can lay hands on: one daemon, its exchange and its queue. */
export interface Stage {
  /** One request of the exchange's control API. */
  readonly tell: (route: string, document?: unknown) => Promise<void>;
  readonly daemon: {
    /** SIGKILL, and gone. */
    kill(): Promise<void>;
    /** SIGTERM, and gone in order. */
    stop(): Promise<void>;
    /** Resolves when it is ready. */
    start(): Promise<void>;
    freeze(): void;
    thaw(): void;
  };
  readonly exchange: {
    kill(): Promise<void>;
    stop(): Promise<void>;
    /** At its old address. */
    start(): Promise<void>;
    freeze(): void;
    thaw(): void;
  };
  /** A server of our own; undefined where there is none. */
  readonly redis: RedisServer | undefined;
}

export interface Happening {
  readonly words: string;
  /** How long it lasts at the pace of life. */
  readonly seconds: number;
  /** Another process afterwards, whose memory begins anew. */
  readonly restarts?: true;
  /** Only with a Redis of our own. */
  readonly redis?: true;
  /** What comes of it is not looked at, but waited for. */
  readonly begin: (stage: Stage) => unknown;
  readonly end: (stage: Stage) => unknown;
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
const ORDERS = { method: 'POST', path: '/api/v3/order' };

/** While these conditions hold. */
function conditions(
  words: string,
  seconds: number,
  [on, off]: readonly [object, object],
): Happening {
  return {
    ...{ words, seconds },
    begin: (stage) => stage.tell('POST /conditions', on),
    end: (stage) => stage.tell('POST /conditions', off),
  };
}

/** While these rules stand. */
function rules(words: string, seconds: number, list: readonly object[]): Happening {
  return {
    ...{ words, seconds },
    begin: (stage) => stage.tell('POST /rules', list),
    end: (stage) => stage.tell('DELETE /rules'),
  };
}

const REPLY_502 = { type: 'reply', status: 502, body: '<html>Bad Gateway</html>' };

/** A kill, and a start into these rules. */
function startWhile(words: string, seconds: number, list: readonly object[]): Happening {
  return {
    words: `the daemon is killed, and started while ${words}`,
    seconds,
    restarts: true,
    begin: async ({ daemon, tell }) => {
      await daemon.kill();
      await tell('POST /rules', list);
      void daemon.start();
    },
    end: async ({ daemon, tell }) => {
      await tell('DELETE /rules');
      await daemon.start();
    },
  };
}

const each = (value: object): object => ({
  symbols: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, value])),
});
const one = (symbol: string, value: object): object => ({ symbols: { [symbol]: value } });
const MARKET_DATA = ['depth', 'trade', 'quote', 'ticker', 'candle'];

const QUIET = {
  'symbol-halted': conditions('one symbol is halted', 120, [
    one('ETHUSDT', { status: 'HALT' }),
    one('ETHUSDT', { status: 'TRADING' }),
  ]),
  'no-trades': conditions('nobody trades for minutes, quotes go on', 180, [
    each({ flow: 'no-trades' }),
    each({ flow: 'normal' }),
  ]),
  'books-stand': conditions('nobody trades and the books stand still', 180, [
    each({ flow: 'still' }),
    each({ flow: 'normal' }),
  ]),
  'symbol-silent': rules(
    'nothing is told of one symbol',
    90,
    MARKET_DATA.map((event) => ({
      match: { symbol: 'SOLUSDT', event },
      action: { type: 'drop-event' },
    })),
  ),
  'time-paused': {
    words: 'the whole market stands still',
    seconds: 90,
    begin: (stage) => stage.tell('POST /time', { do: 'pause' }),
    end: (stage) => stage.tell('POST /time', { do: 'resume' }),
  },
  'exchange-stopped': {
    words: 'the exchange goes down in order, and comes back',
    seconds: 60,
    begin: ({ exchange }) => exchange.stop(),
    end: ({ exchange }) => exchange.start(),
  },
  'exchange-killed': {
    words: 'the exchange is killed, and comes back',
    seconds: 60,
    begin: ({ exchange }) => exchange.kill(),
    end: ({ exchange }) => exchange.start(),
  },
  'exchange-frozen': {
    words: 'the exchange takes connections and says nothing',
    seconds: 60,
    begin: ({ exchange }) => exchange.freeze(),
    end: ({ exchange }) => exchange.thaw(),
  },
  'daemon-frozen': {
    words: 'the daemon stands still (SIGSTOP) while the market goes on',
    seconds: 60,
    begin: ({ daemon }) => daemon.freeze(),
    end: ({ daemon }) => daemon.thaw(),
  },
} satisfies Record<string, Happening>;

const FAULTS = {
  'streams-cut': rules('every stream is cut, again and again', 20, [
    { probability: 0.01, action: { type: 'terminate' } },
  ]),
  'streams-stalled': rules('streams stay open and say nothing, pings unanswered', 45, [
    { action: { type: 'stall', pong: false } },
  ]),
  'answers-lost': rules('orders are taken, their answers are lost', 60, [
    { match: ORDERS, phase: 'after-accept', probability: 0.5, action: { type: 'hang' } },
    { match: ORDERS, phase: 'after-accept', probability: 0.5, action: { type: 'reset' } },
  ]),
  'answers-late': rules('orders reach the exchange seconds after an error was told', 60, [
    { match: ORDERS, probability: 0.5, action: { type: 'late-accept', ms: 3_000, status: 502 } },
  ]),
  'events-lost': rules('half of what the private stream tells is lost', 60, [
    { match: { event: 'order' }, probability: 0.5, action: { type: 'drop-event' } },
  ]),
  'pages-of-html': rules('a proxy answers with its own pages', 45, [
    { match: { path: '/api/v3/*' }, probability: 0.5, action: { type: 'html', status: 502 } },
  ]),
  'rate-limited': rules('too many requests', 30, [
    {
      match: { path: '/api/v3/*' },
      probability: 0.3,
      action: { type: 'reply', status: 429, headers: { 'Retry-After': '5' } },
    },
  ]),
  maintenance: conditions('the exchange is in maintenance', 60, [
    { maintenance: true },
    { maintenance: false },
  ]),
  slow: conditions('every leg is slow', 120, [{ latency: 'slow' }, { latency: 'none' }]),
  'clock-off': conditions('the exchange’s clock is ahead', 60, [
    { clockSkewMs: 1_500 },
    { clockSkewMs: 0 },
  ]),
  'filters-change': conditions('smallest orders become larger', 90, [
    each({ minNotional: '30' }),
    each({ minNotional: '5' }),
  ]),
  'redis-killed': {
    words: 'Redis is killed, and comes back empty',
    seconds: 30,
    redis: true,
    begin: ({ redis }) => redis?.kill(),
    end: ({ redis }) => redis?.start(),
  },
  'redis-frozen': {
    words: 'Redis takes connections and says nothing',
    seconds: 30,
    redis: true,
    begin: ({ redis }) => redis?.freeze(),
    end: ({ redis }) => redis?.thaw(),
  },
} satisfies Record<string, Happening>;

const RESTARTS = {
  'daemon-stopped': {
    words: 'the daemon is stopped in order, and started',
    seconds: 10,
    restarts: true,
    begin: ({ daemon }) => daemon.stop(),
    end: ({ daemon }) => daemon.start(),
  },
  'start-refused': startWhile('the exchange refuses to tell of the account', 30, [
    { match: { path: '/api/v3/account' }, action: REPLY_502 },
    { match: { path: '/api/v3/openOrders' }, action: REPLY_502 },
  ]),
  'start-unheard': startWhile('the exchange takes requests and never answers', 30, [
    { match: { path: '/api/v3/*' }, action: { type: 'hang' } },
  ]),
  'start-frozen': {
    words: 'the daemon is killed, and started while the exchange’s process stands still',
    seconds: 15,
    restarts: true,
    begin: async ({ daemon, exchange }) => {
      await daemon.kill();
      exchange.freeze();
      void daemon.start();
    },
    end: async ({ daemon, exchange }) => {
      exchange.thaw();
      await daemon.start();
    },
  },
  'daemon-killed': {
    words: 'the daemon is killed (SIGKILL), and started',
    seconds: 5,
    restarts: true,
    begin: ({ daemon }) => daemon.kill(),
    end: ({ daemon }) => daemon.start(),
  },
} satisfies Record<string, Happening>;

export const HAPPENINGS = { ...QUIET, ...FAULTS, ...RESTARTS };
export type HappeningId = keyof typeof HAPPENINGS;

export function isHappening(text: string): text is HappeningId {
  return text in HAPPENINGS;
}

export function happening(id: HappeningId): Happening {
  return HAPPENINGS[id];
}
