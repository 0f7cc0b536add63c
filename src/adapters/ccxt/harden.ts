/**
 * What we change in a ccxt exchange, all by overriding methods in one subclass. Each override removes a measured fault of
 * ccxt 4.5.84; recheck them when the version moves (test/integration/ccxtFaults.test.ts shows each).
 */
import { rememberAnswer } from './errors.ts';
import type {
  CcxtClient,
  CcxtParams,
  Dispatcher,
  ExchangeClass,
  HandleErrorsArgs,
  RequestParams,
  RestResponseArgs,
} from './types.ts';
import { field, listOf, textOf } from './values.ts';

/** A body that stalls is given up after this; undici's default is 300 s, and ccxt's timeout covers the headers only. */
const BODY_TIMEOUT_MS = 15_000;

/** What arrived on a connection so far. */
export interface Traffic {
  frames: number;
}

export interface HardenHooks {
  /** Lists are read row by row by us; false where ccxt's caches sort and cut them. */
  readonly keepsEveryRow: boolean;
  isClosed(): boolean;
  /** The counter of a new connection; every frame counts, before it is parsed. */
  trafficOf(client: CcxtClient): Traffic;
  /** Parsed frames; true: taken, ccxt does not see it. */
  onFrame(client: CcxtClient, message: unknown): boolean;
  /** Resolves when a request of this weight may leave; called before it is signed. @param costMs in milliseconds of the exchange's rate limit */
  admit(costMs: number): Promise<void>;
  /** A request was signed. Throws to stop it. */
  onRequest(method: string, text: string): void;
  /** Called in the turn in which its bytes leave: undefined when nobody asks. Throws to stop them. */
  onBytes(method: string, text: string): (() => void) | undefined;
  /** The exchange answered, whatever it said. */
  onAnswer(status: number, headers: unknown): void;
  /** Whether a market of the exchange is of interest: the others are forgotten at once (Binance lists thousands). */
  keepMarket(market: unknown): boolean;
  /** The answer to this path is a JSON array: anything else is no answer, and must not become an empty list. */
  isListOf(path: string): boolean;
}

/** The answer was no JSON: a web page, a cut-off or an empty body. ccxt would go on and return an order without an id. */
class AnswerInvalid extends Error {
  override readonly name = 'AnswerInvalid';
}

const ignore = (): void => undefined;

/** A rejection that nobody waits for ends the process; ccxt leaves such promises behind. */
function quiet<Pending extends Promise<unknown>>(pending: Pending): Pending {
  pending.catch(ignore);
  return pending;
}

function guard(client: CcxtClient, traffic: Traffic): void {
  const future = client.future.bind(client);
  const send = client.send.bind(client);
  const onMessage = client.onMessage.bind(client);
  client.future = (hash) => quiet(future(hash));
  client.send = (message) => quiet(send(message));
  client.onMessage = (event) => {
    traffic.frames += 1;
    onMessage(event);
  };
}

function hardenStreams(Base: ExchangeClass, hooks: HardenHooks): ExchangeClass {
  const guarded = new WeakSet<CcxtClient>();
  return class HardenedStreams extends Base {
    override client(url: string): CcxtClient {
      if (hooks.isClosed()) throw new Error('closed: no new connections');
      const client = super.client(url);
      if (!guarded.has(client)) {
        guarded.add(client);
        guard(client, hooks.trafficOf(client));
      }
      return client;
    }

    override handleMessage(client: CcxtClient, message: unknown): void {
      // A connection that was given up may still deliver what it had buffered.
      if (client.error !== undefined) return;
      if (!hooks.onFrame(client, message)) super.handleMessage(client, message);
    }
  };
}

/**
 * undici calls a request's `onConnect` right before it writes the request's head: on an idle connection in the same turn, on a new
 * one when that stands. What is thrown there ends the request unwritten.
 */
function asking(look: () => void, dispatcher: Dispatcher): Dispatcher {
  return {
    dispatch: (options, handler) => {
      const onConnect = handler.onConnect.bind(handler);
      handler.onConnect = (...args) => {
        look();
        onConnect(...args);
      };
      return dispatcher.dispatch(options, handler);
    },
  };
}

function hardenRequests(Base: ExchangeClass, hooks: HardenHooks): ExchangeClass {
  let statusInHand = 0;
  return class HardenedRequests extends Base {
    override handleErrors(...args: HandleErrorsArgs): unknown {
      try {
        return super.handleErrors(...args);
      } catch (error) {
        if (error instanceof Error) rememberAnswer(error, { status: args[0], body: args[6] });
        throw error;
      }
    }

    override onRestResponse(...args: RestResponseArgs): unknown {
      // ccxt calls parseJson with the same answer right after this, in the same turn.
      statusInHand = args[0];
      hooks.onAnswer(args[0], args[4]);
      return super.onRestResponse(...args);
    }

    override parseJson(text: string): unknown {
      const parsed = super.parseJson(text);
      if (parsed !== undefined) return parsed;
      const error = new AnswerInvalid(
        `HTTP ${statusInHand}, and the answer is not JSON: "${text.slice(0, 80)}"`,
      );
      rememberAnswer(error, { status: statusInHand, body: undefined });
      throw error;
    }

    override async request(path: string, ...rest: readonly unknown[]): Promise<unknown> {
      const answer = await super.request(path, ...rest);
      if (hooks.isListOf(path) && listOf(answer) === undefined) {
        throw new AnswerInvalid(`the answer to ${path} is no list`);
      }
      return answer;
    }

    override async fetchMarkets(params?: CcxtParams): Promise<unknown> {
      const markets = listOf(await super.fetchMarkets(params)) ?? [];
      if (markets.length === 0) throw new AnswerInvalid('the exchange lists no markets');
      return markets.filter(
        (market) => field(market, 'symbol') !== undefined && hooks.keepMarket(market),
      );
    }
  };
}

/** When and whether a request leaves. */
function hardenSending(Base: ExchangeClass, hooks: HardenHooks): ExchangeClass {
  return class HardenedSending extends Base {
    /** Instead of ccxt's own queue, which is first in, first out on the wall clock: a cancel waited 2.1 s behind 40 reads. */
    override throttle(cost = 1): Promise<void> {
      return hooks.admit(cost * this.rateLimit);
    }

    override async fetch(
      url: string,
      method = 'GET',
      headers?: unknown,
      body?: unknown,
    ): Promise<unknown> {
      if (hooks.isClosed()) throw new Error('closed: no new requests');
      hooks.onRequest(method, typeof body === 'string' ? `${url} ${body}` : url);
      return super.fetch(url, method, headers, body);
    }

    override undiciRequest(url: string, params: RequestParams): Promise<unknown> {
      const { method, body, dispatcher } = params;
      const look = hooks.onBytes(method, typeof body === 'string' ? `${url} ${body}` : url);
      if (look === undefined) return super.undiciRequest(url, params);
      if (dispatcher === undefined) throw new Error('no connection pool that could be asked');
      return super.undiciRequest(url, { ...params, dispatcher: asking(look, dispatcher) });
    }

    override getDispatcherOptions(isPlainAgent?: boolean): Record<string, unknown> {
      return { ...super.getDispatcherOptions(isPlainAgent), bodyTimeout: BODY_TIMEOUT_MS };
    }
  };
}

/**
 * Lists keep every row. ccxt drops those of which it cannot read the market or the time, so that an own trade is lost and a full
 * page looks like the last one; and one row that it chokes on takes the whole list with it.
 */
function hardenRows(Base: ExchangeClass): ExchangeClass {
  return class HardenedRows extends Base {
    override filterBySymbolSinceLimit(rows: unknown): unknown {
      return rows;
    }

    override parseOrder(row: unknown, market?: unknown): unknown {
      return orUnread(row, market, () => super.parseOrder(row, market));
    }

    override parseTrade(row: unknown, market?: unknown): unknown {
      return orUnread(row, market, () => super.parseTrade(row, market));
    }
  };
}

/** A row as ccxt reads it, or nothing but what the exchange sent and the market it was asked for. */
function orUnread(row: unknown, market: unknown, parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return { id: textOf(field(row, 'id')), symbol: field(market, 'symbol'), info: row };
  }
}

/** The exchange with every repair applied. */
export function harden(Base: ExchangeClass, hooks: HardenHooks): ExchangeClass {
  const rows = hooks.keepsEveryRow ? hardenRows(Base) : Base;
  return hardenStreams(hardenSending(hardenRequests(rows, hooks), hooks), hooks);
}
